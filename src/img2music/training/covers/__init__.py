"""Covers as training data: splits, augmented views and their cache."""
