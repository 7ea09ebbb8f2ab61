"""Composed scores as pictures."""
