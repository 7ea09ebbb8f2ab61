"""Text on a picture: where it is, what it says, and which genre that suggests."""
