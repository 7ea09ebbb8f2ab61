"""From a picture to its genre, its feature vector and its appearance."""
