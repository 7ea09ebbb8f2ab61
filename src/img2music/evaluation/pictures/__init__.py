"""How steadily pictures are read."""
