"""Labelled recordings."""
