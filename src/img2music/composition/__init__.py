"""Composing: a brief goes in, a score comes out. Needs numpy and mido alone."""
