"""What every part goes through once it is composed: loudness, length and range of its notes, and its octaves."""
