"""Tiny covers and recipes to work on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageDraw

from img2music.genres import GENRES

from ..tiny_training import TINY_CLASSIFIER, TINY_FLOW, TINY_VAE

VAE = replace(TINY_VAE, steps=18, steps_per_epoch=3)
FLOW = replace(TINY_FLOW, steps=18, steps_per_epoch=3)
CLASSIFIER = replace(TINY_CLASSIFIER, epochs=5, patience=5)


def write_covers(folder: Path) -> None:
    """Ten covers of each genre, each genre in its colour."""
    for genre, colour in zip(GENRES, ("ivory", "crimson", "magenta", "navy"), strict=True):
        (folder / genre).mkdir(parents=True)
        for number in range(10):
            image = Image.new("RGB", (40 + number, 40), colour)
            ImageDraw.Draw(image).ellipse((5, 5, 15 + number, 20), fill="white")
            image.save(folder / genre / f"{number}.png")
