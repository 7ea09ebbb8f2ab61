"""One module for each genre, which lists its `STYLES`."""
