"""Imitative counterpoint in three voices."""
