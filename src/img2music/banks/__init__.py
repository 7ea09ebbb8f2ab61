"""The banks of the user's own music."""
