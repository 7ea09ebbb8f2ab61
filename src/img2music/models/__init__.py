"""Folders of trained models, checked before anything in them is run."""
