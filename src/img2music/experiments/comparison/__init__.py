"""Networks trained alike and put side by side in one table."""
