"""Lines of text as optical character recognition (OCR) gives them: without spaces, with letters confused or lost."""

from __future__ import annotations

import random

from img2music.vision.ocr.text_classifier import plain

CONFUSED = {
    "0": "o", "1": "il", "5": "s", "8": "b", "a": "oe", "b": "8h", "c": "eo", "d": "o", "e": "ca", "f": "t", "g": "9q",
    "h": "nb", "i": "l1", "j": "i", "k": "h", "l": "i1t", "m": "nr", "n": "hru", "o": "0ca", "p": "o", "q": "g",
    "r": "n", "s": "5", "t": "fl", "u": "vn", "v": "uy", "w": "v", "x": "k", "y": "v", "z": "2",
}  # fmt: skip
"""Letters that a reader takes for others of a similar shape."""
_WITHOUT_SPACES = 0.4
_JOINED = 0.3  # share of the other lines that lose one space
_ERROR_RATES = (0.0, 0.0, 0.03, 0.08)  # of a line's letters, each as often
_CUT = 0.12  # share of lines of which a part is hidden
_BROKEN = 0.35  # share of texts of several words that are set in two lines
_ADDED = "ilteo"


def broken(text: str, chance: random.Random) -> list[str]:
    """A text in one line or two."""
    words = text.split()
    if len(words) < 2 or chance.random() > _BROKEN:
        return [text]
    place = chance.randrange(1, len(words))
    return [" ".join(words[:place]), " ".join(words[place:])]


def misread(line: str, chance: random.Random) -> str:
    """A line as OCR might give it, in lower case without accents."""
    line = plain(line).strip()
    if chance.random() < _WITHOUT_SPACES:
        line = line.replace(" ", "")
    elif chance.random() < _JOINED and " " in line:
        words = line.split()
        place = chance.randrange(len(words))
        line = " ".join(words[:place]) + " " + "".join(words[place : place + 2]) + " " + " ".join(words[place + 2 :])
    rate = chance.choice(_ERROR_RATES)
    line = "".join(_misread_letter(letter, rate, chance) for letter in line)
    if len(line) > 6 and chance.random() < _CUT:
        lost = chance.randrange(1, len(line) // 2)
        line = line[lost:] if chance.random() < 0.5 else line[:-lost]
    return line.strip()


def _misread_letter(letter: str, rate: float, chance: random.Random) -> str:
    fate = chance.random()
    if fate >= rate:
        return letter
    if fate < 0.6 * rate:
        return chance.choice(CONFUSED.get(letter, letter))
    return "" if fate < 0.8 * rate else letter + chance.choice(_ADDED)
