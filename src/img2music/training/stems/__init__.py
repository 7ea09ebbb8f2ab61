"""Masks that take the sound of a score apart into stems."""
