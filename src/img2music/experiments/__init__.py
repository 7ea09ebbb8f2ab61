"""Comparisons and the reproduction of the paper."""
