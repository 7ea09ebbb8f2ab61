"""Scores as records: played, mixed and mastered in stereo at 44.1 kHz, with the exact stem of every part."""
