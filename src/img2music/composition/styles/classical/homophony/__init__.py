"""Melody and accompaniment."""
