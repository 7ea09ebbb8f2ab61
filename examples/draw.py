"""Draws the example pictures, one for each genre: `python examples/draw.py`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

SIDE = 600
FINE = 3  # drawn this many times larger, then reduced, for smooth edges
Colour = tuple[int, int, int]
Points = list[tuple[float, float]]


def classical() -> Image.Image:
    """A calm ivory page: a title, golden staves that wave, notes on them and a pair of baroque scrolls."""
    random = np.random.default_rng(1)
    page = _ground((250, 244, 229), (232, 216, 184))
    gold, brown = (176, 132, 52), (74, 52, 34)
    pencil = ImageDraw.Draw(page)
    _frame(pencil, 24, 4, gold)
    _frame(pencil, 36, 1.5, gold)
    for x, mirror in ((181, 1), (419, -1)):
        _scroll(pencil, (x, 236), 112, mirror, gold, brown)
    for row in range(3):
        top = 402 + 56 * row - 6 * row
        for line in range(5):
            curve = [(x, _wave(x, row) + top + 8 * line) for x in np.linspace(66, 534, 200)]
            _line(pencil, curve, 1.4, gold)
        for x in np.linspace(92, 510, 11) + random.uniform(-7, 7, 11):
            step = int(random.integers(0, 8))
            _note(pencil, x, _wave(x, row) + top + 4 * step, brown, up=step >= 4)
    for x, y, radius in ((300, 318, 46), (300, 226, 21), (84, 90, 17), (516, 90, 17)):
        _rosette(pencil, (x, y), radius, gold, brown)
    _title(pencil, "Symphony No. 5", (300, 72), 40, brown)
    _title(pencil, "Philharmonic Orchestra", (300, 112), 22, gold)
    return page


def _wave(x: float, row: int) -> float:
    return 9 * float(np.sin(x / 95 + 0.9 * row))


def _frame(pencil: ImageDraw.ImageDraw, inset: float, width: float, colour: Colour) -> None:
    box = [FINE * inset, FINE * inset, FINE * (SIDE - inset), FINE * (SIDE - inset)]
    pencil.rectangle(box, outline=colour, width=round(FINE * width))


def _scroll(
    pencil: ImageDraw.ImageDraw, centre: tuple[float, float], radius: float, mirror: int, gold: Colour, brown: Colour
) -> None:
    turns = np.linspace(0, 3.25 * 2 * np.pi, 900)
    for colour, width, shift in ((brown, 15, 0.0), (gold, 9.5, 0.0), ((226, 190, 108), 2.4, -2.2)):
        reach = radius * (0.08 + 0.92 * (turns / turns[-1]) ** 1.35) + shift
        spiral = [
            (centre[0] + mirror * r * float(np.cos(a - 0.84)), centre[1] + r * float(np.sin(a - 0.84)))
            for r, a in zip(reach, turns, strict=True)
        ]
        widths = width * (0.35 + 0.65 * turns / turns[-1])
        for (x, y), w in zip(spiral, widths, strict=True):
            _dot(pencil, x, y, w / 2, colour)


def _rosette(
    pencil: ImageDraw.ImageDraw, centre: tuple[float, float], radius: float, gold: Colour, brown: Colour
) -> None:
    for petal in range(12):
        angle = 2 * np.pi * petal / 12
        x, y = centre[0] + 0.68 * radius * np.cos(angle), centre[1] + 0.68 * radius * np.sin(angle)
        _dot(pencil, float(x), float(y), 0.27 * radius, gold)
        _dot(pencil, float(x), float(y), 0.17 * radius, (250, 244, 229))
    _dot(pencil, *centre, 0.34 * radius, gold)
    _dot(pencil, *centre, 0.16 * radius, brown)


def _note(pencil: ImageDraw.ImageDraw, x: float, y: float, colour: Colour, up: bool) -> None:
    pencil.ellipse([FINE * (x - 5.4), FINE * (y - 4), FINE * (x + 5.4), FINE * (y + 4)], fill=colour)
    side, reach = (x + 4.7, -25) if up else (x - 4.7, 25)
    _line(pencil, [(side, y), (side, y + reach)], 1.6, colour)


def hiphop() -> Image.Image:
    """City blocks at night, black on red and yellow, with a spray-painted crown, drips and splashes."""
    random = np.random.default_rng(5)
    wall = _ground((244, 60, 36), (252, 186, 28))
    pencil = ImageDraw.Draw(wall)
    _dot(pencil, 420, 210, 128, (255, 232, 96))
    for shade, low, high in (((126, 20, 44), 210, 320), ((16, 14, 20), 300, 430)):
        x = -10.0
        while x < SIDE:
            width, top = float(random.uniform(44, 92)), float(random.uniform(low, high))
            _box(pencil, x, top, x + width, SIDE, shade)
            if random.random() < 0.5:
                _box(pencil, x + 0.4 * width, top - 34, x + 0.4 * width + 4, top, shade)
            if shade[0] < 20:
                _windows(pencil, random, x, top, width)
            x += width
    _crown(pencil, (198, 176))
    _tag(pencil, random)
    return wall


def _windows(pencil: ImageDraw.ImageDraw, random: np.random.Generator, x: float, top: float, width: float) -> None:
    for column in np.arange(x + 9, x + width - 13, 15):
        for row in np.arange(top + 12, 470, 19):
            if random.random() < 0.42:
                _box(pencil, float(column), float(row), float(column) + 7, float(row) + 10, (255, 214, 72))


def _crown(pencil: ImageDraw.ImageDraw, centre: tuple[float, float]) -> None:
    shape = [(-104, 58), (-118, -46), (-58, 8), (-4, -82), (54, 8), (116, -50), (102, 58)]
    outline = [(centre[0] + x, centre[1] + y) for x, y in shape]
    for shift, colour in ((9, (16, 14, 20)), (0, (255, 255, 255))):
        moved = [(x + shift, y + shift) for x, y in outline]
        _line(pencil, [*moved, moved[0], moved[1]], 17, colour)
        for x, y in (moved[1], moved[3], moved[5]):
            _dot(pencil, x, y - 10, 15, colour)
    for x, length in ((-70, 46), (-14, 78), (62, 34)):
        _line(pencil, [(centre[0] + x, centre[1] + 58), (centre[0] + x, centre[1] + 58 + length)], 7, (255, 255, 255))
        _dot(pencil, centre[0] + x, centre[1] + 58 + length, 5, (255, 255, 255))


def _tag(pencil: ImageDraw.ImageDraw, random: np.random.Generator) -> None:
    """Bold slanted strokes along the bottom, outlined like spray-painted letters, and splashes."""
    cyan, white = (0, 208, 226), (255, 255, 255)
    strokes: list[Points] = []
    for number in range(7):
        x = 48 + 74 * number
        bend = float(random.uniform(-22, 22))
        stroke = [(x, 570.0), (x + 14 + bend, 540.0), (x + 30, 496.0)]
        strokes.append(
            [*stroke, (x + 52 + bend, 520.0), (x + 44, 556.0)] if number % 2 else [*stroke[::-1], (x + 52, 566.0)]
        )
    for width, colour in ((34, white), (25, (16, 14, 20)), (17, cyan)):
        for stroke in strokes:
            _line(pencil, stroke, width, colour)
    for x, y, radius in zip(
        random.uniform(0, 600, 70), random.uniform(440, 600, 70), random.gamma(1.2, 1.6, 70), strict=True
    ):
        _dot(pencil, float(x), float(y), float(radius), cyan if x % 2 < 1 else white)


def pop() -> Image.Image:
    """A bright gradient with circles that overlap, rings, confetti and a title."""
    random = np.random.default_rng(12)
    sky = _ground((255, 74, 150), (72, 204, 255), slant=0.55)
    colours = [(255, 226, 66), (255, 255, 255), (255, 122, 60), (126, 92, 255), (64, 240, 190), (255, 64, 128)]
    for number in range(17):
        layer = Image.new("RGBA", sky.size)
        x, y = random.uniform(20, 580, 2)
        radius = float(26 + 104 * random.random() ** 1.6)
        pencil = ImageDraw.Draw(layer)
        _dot(pencil, float(x), float(y), radius, (*colours[number % len(colours)], 205))
        if number % 3 == 0:
            _dot(pencil, float(x), float(y), 0.66 * radius, (0, 0, 0, 0))
        sky.paste(layer, mask=layer)
    pencil = ImageDraw.Draw(sky)
    for x, y, turn, kind in zip(*random.uniform(0, 600, (2, 90)), *random.uniform(0, 6.28, (2, 90)), strict=True):
        along, across = 7 * np.array([np.cos(turn), np.sin(turn)]), 3 * np.array([-np.sin(turn), np.cos(turn)])
        corners = [along + across, along - across, -along - across, across - along]
        pencil.polygon([(FINE * (x + dx), FINE * (y + dy)) for dx, dy in corners], fill=colours[int(kind) % 6])
    _heart(pencil, (300, 300), 118, (255, 255, 255))
    _heart(pencil, (300, 302), 100, (255, 46, 120))
    _title(pencil, "GREATEST HITS", (300, 66), 64, (255, 255, 255))
    _title(pencil, "Love Songs", (300, 500), 58, (58, 18, 104))
    return sky


def _heart(pencil: ImageDraw.ImageDraw, centre: tuple[float, float], size: float, colour: Colour) -> None:
    t = np.linspace(0, 2 * np.pi, 400)
    x = 16 * np.sin(t) ** 3
    y = -(13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)) - 2
    outline = [
        (FINE * (centre[0] + size / 16 * a), FINE * (centre[1] + size / 16 * b)) for a, b in zip(x, y, strict=True)
    ]
    pencil.polygon(outline, fill=colour)


def jazz() -> Image.Image:
    """Deep blue and smoky: a trumpet across plain blocks in the manner of record sleeves of about 1960."""
    random = np.random.default_rng(3)
    night = _ground((14, 24, 58), (22, 58, 108))
    smoke = Image.new("L", (SIDE, SIDE))
    pencil = ImageDraw.Draw(smoke)
    for strand in range(5):
        phase, drift = random.uniform(0, 6.28), random.uniform(30, 70)
        points = [
            (410 + 26 * strand + drift * np.sin(y / 88 + phase) * (1 - y / 700), y) for y in np.arange(-20, 430, 3)
        ]
        pencil.line(points, fill=120, width=10 + 4 * strand)
    smoke = smoke.filter(ImageFilter.GaussianBlur(17)).resize(night.size)
    night.paste((120, 164, 214), mask=smoke.point(lambda value: value * 3 // 4))
    pencil = ImageDraw.Draw(night)
    for number, (height, colour) in enumerate(
        [
            (196, (206, 74, 44)),
            (132, (232, 222, 198)),
            (236, (56, 122, 176)),
            (88, (232, 166, 58)),
            (164, (232, 222, 198)),
        ]
    ):
        _box(pencil, 40 + 62 * number, 40, 92 + 62 * number, 40 + height, colour)
    _trumpet(pencil, (226, 170, 66), (146, 96, 30), (252, 220, 140))
    for number, width in enumerate((250, 180, 316)):
        _box(pencil, 40, 520 + 17 * number, 40 + width, 529 + 17 * number, (232, 222, 198) if number else (206, 74, 44))
    return night


def _trumpet(pencil: ImageDraw.ImageDraw, brass: Colour, shadow: Colour, light: Colour) -> None:
    def place(x: float, y: float) -> tuple[float, float]:
        turn = np.deg2rad(-17)
        return 300 + x * np.cos(turn) - y * np.sin(turn), 384 + x * np.sin(turn) + y * np.cos(turn)

    def pipe(points: Points, width: float) -> None:
        path = [place(x, y) for x, y in points]
        _line(pencil, [(x + 2, y + 3) for x, y in path], width + 2, shadow)
        _line(pencil, path, width, brass)
        _line(pencil, [(x - 1, y - width / 4) for x, y in path], width / 5, light)

    def bend(centre: tuple[float, float], radius: float, start: float, stop: float) -> Points:
        angles = np.deg2rad(np.linspace(start, stop, 40))
        return [(centre[0] + radius * float(np.cos(a)), centre[1] + radius * float(np.sin(a))) for a in angles]

    pipe([(-60, 46), *bend((-112, 23), 23, 90, 270), (120, 0)], 11)
    pipe([(-232, 0), (96, 0), *bend((104, 23), 23, -90, 90), (-60, 46)], 11)
    flare = np.linspace(0, 1, 60)
    reach = 5.5 + 66 * flare**4.2
    upper = [place(100 + 146 * float(f), -float(r)) for f, r in zip(flare, reach, strict=True)]
    lower = [place(100 + 146 * float(f), float(r)) for f, r in zip(flare, reach, strict=True)][::-1]
    pencil.polygon([(FINE * x, FINE * y) for x, y in [*upper, *lower]], fill=brass)
    _line(pencil, upper, 3, light)
    _line(pencil, lower, 3, shadow)
    _line(pencil, [upper[-1], lower[0]], 8, light)
    for valve in range(3):
        x = -36 + 32 * valve
        pipe([(x, -34), (x, 66)], 19)
        pipe([(x, -56), (x, -34)], 6)
        _line(pencil, [place(x - 10, -58), place(x + 10, -58)], 8, light)
    _line(pencil, [place(-256, 0), place(-230, 0)], 15, brass)
    _line(pencil, [place(-258, -9), place(-258, 9)], 8, light)


def _title(pencil: ImageDraw.ImageDraw, text: str, centre: tuple[float, float], size: float, colour: Colour) -> None:
    font = ImageFont.load_default(FINE * size)
    pencil.text((FINE * centre[0], FINE * centre[1]), text, colour, font, anchor="mm")


def _ground(top: Colour, bottom: Colour, slant: float = 0.0) -> Image.Image:
    """A large canvas whose colour changes from top to bottom, along a slant if wanted."""
    across, down = np.meshgrid(np.linspace(0, 1, FINE * SIDE), np.linspace(0, 1, FINE * SIDE))
    share = ((down + slant * across) / (1 + slant))[..., np.newaxis]
    return Image.fromarray(np.rint(np.array(top) * (1 - share) + np.array(bottom) * share).astype(np.uint8))


def _line(pencil: ImageDraw.ImageDraw, points: Points, width: float, colour: Colour) -> None:
    pencil.line([(FINE * x, FINE * y) for x, y in points], fill=colour, width=round(FINE * width), joint="curve")
    for x, y in (points[0], points[-1]):
        _dot(pencil, x, y, width / 2, colour)


def _dot(pencil: ImageDraw.ImageDraw, x: float, y: float, radius: float, colour: tuple[int, ...]) -> None:
    pencil.ellipse([FINE * (x - radius), FINE * (y - radius), FINE * (x + radius), FINE * (y + radius)], fill=colour)


def _box(pencil: ImageDraw.ImageDraw, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
    pencil.rectangle([FINE * left, FINE * top, FINE * right, FINE * bottom], fill=colour)


def _finish(picture: Image.Image) -> Image.Image:
    """The picture in its final size with at most 256 colours."""
    small = picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    return small.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG)


def main() -> None:
    """Write every picture beside this file."""
    artists: tuple[Callable[[], Image.Image], ...] = (classical, hiphop, pop, jazz)
    for draw in artists:
        _finish(draw()).save(Path(__file__).with_name(f"{draw.__name__}.png"), optimize=True)


if __name__ == "__main__":
    main()
