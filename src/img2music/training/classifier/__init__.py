"""The genre classifier."""
