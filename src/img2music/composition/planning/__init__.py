"""From a brief to a plan: what is asked for is checked, what is left open is drawn by the seed."""
