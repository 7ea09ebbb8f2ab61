"""Styles of classical music."""

from img2music.composition.styles.classical.styles import STYLES

__all__ = ["STYLES"]
