"""Drawings of the page, as SVG that is put into it."""
