"""Sound files and films that nobody vouches for: checked, opened and mixed down."""
