"""Training of what predicts the side of music that was never sound."""
