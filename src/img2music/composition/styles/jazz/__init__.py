"""Styles of jazz."""

from img2music.composition.styles.jazz.styles import STYLES

__all__ = ["STYLES"]
