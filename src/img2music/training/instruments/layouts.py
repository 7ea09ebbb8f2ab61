"""Drawings laid on backgrounds, in other colours and places, so that a layer learns what they have in common."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

SIDE = 320
"""Pixels of a laid-out picture, as many as the classifier takes."""
_PLAIN = 0.86
"""How much of the side a drawing takes that is laid out plainly."""
_SAME = 25
"""Range of the colours, from 0 to 255, below which a drawing has one colour."""
_CONTRAST = 70
"""By how much, from 0 to 255, a drawing in one colour must be lighter or darker than what it is laid on."""
_CLUTTER = 0.18
"""Share of pictures that show small other things too."""
_EDGE = 40
"""Difference between neighbouring pixels from which an outline is drawn."""
Colour = tuple[int, int, int]
_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)


def plain(drawing: Image.Image) -> Image.Image:
    """A drawing in the middle of a white square."""
    ground = Image.new("RGB", (SIDE, SIDE), _WHITE)
    small = _scaled(drawing, _PLAIN * SIDE / max(drawing.size))
    _paste(ground, small, (SIDE - small.width) // 2, (SIDE - small.height) // 2)
    return ground


def laid_out(
    drawing: Image.Image,
    chance: random.Random,
    others: Sequence[Image.Image] = (),
    pictures: Sequence[Image.Image] = (),
) -> Image.Image:
    """A drawing somewhere on a background, perhaps in other colours, outlined or blurred.

    Small `others` may lie beside it, and one of the `pictures` faintly behind it.
    """
    ground = background(chance, pictures)
    if others and chance.random() < _CLUTTER:
        for _ in range(chance.randrange(1, 4)):
            _place(ground, _recoloured(chance.choice(others), ground, chance), chance, (0.12, 0.3))
    _place(ground, _recoloured(drawing, ground, chance), chance, (0.5, 0.95))
    return ground.filter(ImageFilter.GaussianBlur(chance.uniform(0.5, 2))) if chance.random() < 0.1 else ground


def background(chance: random.Random, pictures: Sequence[Image.Image] = ()) -> Image.Image:
    """White, dark, a colour, a gradient, blocks, clouds or one of the `pictures` with little contrast."""
    kinds, shares = ("white", "dark", "colour", "gradient", "blocks", "clouds", "picture"), (27, 9, 22, 14, 12, 8, 8)
    kind = chance.choices(kinds, shares)[0]
    if kind == "picture" and pictures:
        picture = chance.choice(pictures).convert("RGB").resize((SIDE, SIDE))
        faint = Image.blend(picture, _flat(chance.choice([_WHITE, _BLACK, _colour(chance)])), chance.uniform(0.6, 0.85))
        return faint.filter(ImageFilter.GaussianBlur(chance.uniform(1, 6))) if chance.random() < 0.5 else faint
    if kind == "gradient":
        return _gradient(chance)
    if kind == "blocks":
        return _blocks(chance)
    if kind == "clouds":
        size = chance.choice([4, 8, 16, 40])
        noise = np.frombuffer(chance.randbytes(3 * size * size), np.uint8).reshape(size, size, 3)
        clouds = Image.fromarray(noise).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
        return Image.blend(clouds, _flat(_colour(chance)), chance.uniform(0.5, 0.9))
    if kind == "white":
        return _flat(chance.choice([_WHITE] * 4 + [(245, 240, 228), (238, 238, 238)]))
    if kind == "dark":
        return _flat(chance.choice([_BLACK, (20, 20, 28), (16, 24, 48), (40, 10, 10)]))
    return _flat(_colour(chance))


def _gradient(chance: random.Random) -> Image.Image:
    first, last = np.array(_colour(chance)), np.array(_colour(chance))
    steps = np.linspace(0, 1, SIDE)
    slope = np.add.outer(steps * chance.random(), steps * chance.random())
    mixed = first + (last - first) * (slope / max(float(slope.max()), 1e-6))[..., None]
    return Image.fromarray(mixed.astype(np.uint8))


def _blocks(chance: random.Random) -> Image.Image:
    """Rectangles, discs and triangles in a few colours."""
    ground = _flat(_colour(chance))
    pencil, palette = ImageDraw.Draw(ground), [_colour(chance) for _ in range(4)]
    for _ in range(chance.randrange(2, 9)):
        colour, kind = chance.choice(palette), chance.random()
        left, top = chance.randrange(-60, SIDE), chance.randrange(-60, SIDE)
        width, height = chance.randrange(30, 260), chance.randrange(30, 260)
        if kind < 0.5:
            pencil.rectangle((left, top, left + width, top + height), fill=colour)
        elif kind < 0.75:
            pencil.ellipse((left, top, left + width, top + width), fill=colour)
        else:
            pencil.polygon([(chance.randrange(SIDE), chance.randrange(SIDE)) for _ in range(3)], fill=colour)
    return ground


def _recoloured(drawing: Image.Image, ground: Image.Image, chance: random.Random) -> Image.Image:
    """A drawing of one colour in another that stands out from the ground; others as they are, grey, in other hues, in
    few colours or as outlines."""
    picture, opaque = drawing.convert("RGB"), drawing.convert("RGBA").getchannel("A")
    colours = np.asarray(picture)[np.asarray(opaque) > 60]
    if drawing.mode == "RGBA" and len(colours) and np.ptp(colours.astype(int), axis=0).max() < _SAME:
        picture = _flat(_standing_out(ground, chance)).resize(drawing.size)
    else:
        kind = chance.choices(("same", "grey", "hues", "few", "outlines"), (62, 13, 12, 6, 7))[0]
        if kind == "grey":
            picture = ImageOps.grayscale(picture).convert("RGB")
        elif kind == "hues":
            hue, saturation, value = picture.convert("HSV").split()
            shift = chance.randrange(256)
            turned = hue.point(lambda degree: (degree + shift) % 256)
            picture = Image.merge("HSV", (turned, saturation, value)).convert("RGB")
        elif kind == "few":
            picture = ImageOps.posterize(picture, 2)
        elif kind == "outlines":
            edges = ImageOps.grayscale(picture).filter(ImageFilter.FIND_EDGES)
            picture = edges.point(lambda edge: 255 * (edge <= _EDGE)).convert("RGB")
    changed = picture.convert("RGB")
    changed.putalpha(opaque)
    return changed


def _standing_out(ground: Image.Image, chance: random.Random) -> Colour:
    """A colour, often black or white, that is lighter or darker than a background."""
    behind = ImageOps.grayscale(ground).resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    assert isinstance(behind, (int, float))
    while True:
        colour = chance.choice([_BLACK, _BLACK, _WHITE, (30, 30, 30), _colour(chance), _colour(chance)])
        lightness = 0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2]
        if abs(lightness - behind) > _CONTRAST:
            return colour


def _place(ground: Image.Image, drawing: Image.Image, chance: random.Random, sizes: tuple[float, float]) -> None:
    """Paste a drawing, perhaps mirrored, stretched, turned or with an outline, whose longer side is a share of the
    ground's within `sizes`."""
    placed = ImageOps.mirror(drawing) if chance.random() < 0.5 else drawing
    scale = chance.uniform(*sizes) * SIDE / max(placed.size)
    placed = _scaled(placed, scale * chance.uniform(0.9, 1.1), scale * chance.uniform(0.9, 1.1))
    turn = chance.random()
    if turn > 0.35:
        reach = 12 if turn < 0.8 else 40  # degrees
        placed = placed.rotate(chance.uniform(-reach, reach), Image.Resampling.BICUBIC, expand=True)
    placed = _scaled(placed, min(1.0, SIDE / max(placed.size)))
    left, top = (
        int((SIDE - size) * min(1.0, max(0.0, chance.gauss(0.5, 0.22)))) for size in (placed.width, placed.height)
    )
    if chance.random() < 0.12:
        wider = placed.getchannel("A").filter(ImageFilter.MaxFilter(chance.choice([3, 5, 7, 9])))
        outline = _flat(chance.choice([_WHITE, _BLACK, _colour(chance)])).resize(placed.size)
        ground.paste(outline, (left, top), wider)
    _paste(ground, placed, left, top)


def _paste(ground: Image.Image, drawing: Image.Image, left: int, top: int) -> None:
    ground.paste(drawing.convert("RGB"), (left, top), drawing.convert("RGBA").getchannel("A"))


def _scaled(picture: Image.Image, across: float, down: float | None = None) -> Image.Image:
    size = max(2, round(picture.width * across)), max(2, round(picture.height * (across if down is None else down)))
    return picture.resize(size, Image.Resampling.LANCZOS)


def _flat(colour: Colour) -> Image.Image:
    return Image.new("RGB", (SIDE, SIDE), colour)


def _colour(chance: random.Random) -> Colour:
    return chance.randrange(256), chance.randrange(256), chance.randrange(256)
