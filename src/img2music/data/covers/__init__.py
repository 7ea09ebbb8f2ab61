"""Labelled album covers."""
