"""Backbones of the genre classifier: image networks with pretrained weights."""
