"""Banks of the user's own music."""
