"""Scores from what others wrote."""
