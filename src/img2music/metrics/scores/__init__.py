"""Measures of composed scores."""
