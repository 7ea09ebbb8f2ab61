"""Bass, comping and drums."""
