"""Of `img2music.vision`, without networks."""

from __future__ import annotations

import numpy as np

from img2music.vision.appearance import SHARES, appearance_of, measure
from img2music.vision.ocr.detection import find_boxes
from img2music.vision.ocr.known_names import BUCKETS, KnownNames, group_buckets, squeeze
from img2music.vision.ocr.recognition import ALPHABET, Line, collapse, weigh
from img2music.vision.ocr.text_classifier import BUCKETS as WORD_BUCKETS
from img2music.vision.ocr.text_classifier import WordClassifier, bucket_values, line_values
from img2music.vision.picture import to_input

from .inputs import pictures

_NAMES = ("Miles Davis", "Anne-Sophie Mutter", "ABBA", "Die Toten Hosen", "Dr. Dre", "Herbert von Karajan", "Sade Adu")


def values() -> dict[str, object]:
    """Of what is measured of pictures, of the boxes of lines of text, and of what text says."""
    return _pictures() | _boxes() | _words() | _names()


def _pictures() -> dict[str, object]:
    found: dict[str, object] = {"shares": SHARES}
    for name, picture in pictures().items():
        found[f"{name} measured"] = list(measure(picture).values())
        look = appearance_of(picture)
        found[f"{name} among covers"] = list(vars(look).values())
        found[f"{name} in words"] = len(" ".join(look.words()))
        found[f"{name} as input"] = to_input(picture, 32)
    return found


def _boxes() -> dict[str, object]:
    down, across = np.mgrid[:96, :160]
    probability = np.zeros((96, 160))
    for number, (top, left, height, width) in enumerate(
        ((10, 12, 7, 60), (30, 90, 12, 30), (60, 20, 5, 90), (80, 5, 3, 9))
    ):
        inside = np.minimum.reduce([down - top + 1, top + height - down, across - left + 1, left + width - across])
        probability = np.maximum(probability, np.clip(0.31 * inside, 0, 0.95 - 0.1 * number))
    many = np.kron(np.random.default_rng(6).random((12, 20)) > 0.8, np.ones((6, 8)))
    close = np.zeros((32, 64))  # a cell of two pixels lies between these
    close[4:10, 4:30] = close[12:16, 6:28] = close[4:10, 32:60] = close[20:28, 8:14] = 0.8
    faint = 0.31 * (probability > 0.5) + 0.5 * (probability > 0.6)
    return {
        "boxes": find_boxes(probability),
        "boxes of many": find_boxes(many * 0.9),
        "boxes of faint": find_boxes(faint),
        "boxes of what is close": find_boxes(close),
    }


def _words() -> dict[str, object]:
    random = np.random.default_rng(7)
    weights = random.standard_normal((WORD_BUCKETS, 4)).astype(np.float32)
    classifier = WordClassifier(
        weights,
        np.array([0.1, -0.2, 0.3, 0.0]),
        1 + random.random(WORD_BUCKETS),
        np.array([0.8, 0.5]),
        np.arange(4) / 9,
    )
    likely = np.array([0.1, 0.0, 0.6, 0.3])
    lines = [("Greatest Hits, Greatest Hits", 0.9), ("Straße Nø. 5", 0.4), ("x", 1.0)]
    letters = random.random((30, 1 + len(ALPHABET))) ** 4
    letters[::3] = letters[1::3]
    confidences = (0.55, 0.6, 0.7, 0.83, 0.9, 0.97)
    read = [Line("a", confidence, (0.0, 0.0, 1.0, 1.0)) for confidence in confidences]
    return {
        "genres of words": [classifier(lines[:count]) for count in range(4)],
        "genres of a picture with words": [classifier.join(likely, lines[:count]) for count in range(4)],
        "buckets": sorted(bucket_values("Sonata in F♯, op. 24")[0]),
        "values of a bucket": sorted(line_values(lines)[1]),
        "weights of lines": [weight for _, weight in weigh([read, read[2:]])],
        "confidence of letters": [collapse(letters)[1], len(collapse(letters)[0]), *map(ord, collapse(letters)[0][:6])],
    }


def _names() -> dict[str, object]:
    groups = [group_buckets(squeeze(name)) for name in _NAMES]
    postings: list[list[int]] = [[] for _ in range(BUCKETS)]
    for number, buckets in enumerate(groups):
        for bucket in buckets:
            postings[bucket].append(number)
    known = KnownNames(
        {
            "names": np.frombuffer("\n".join(_NAMES).encode(), np.uint8),
            "genre": np.array([3, 0, 2, 255, 1, 0, 3], np.uint8),
            "role": np.array([0, 0, 0, 0, 0, 2, 1], np.uint8),
            "starts": np.cumsum([0, *map(len, postings)]),
            "postings": np.array([number for posting in postings for number in posting]),
            "sizes": np.array([max(len(buckets), 1) for buckets in groups]),
            "strength": np.array([2.5]),
        },
        ("classical", "hiphop", "pop", "jazz"),
    )
    texts = (
        ["MILES DAVIS", "Kind of Blue"],
        ["MILE5 DAVIS"],
        ["M1LE5 DAVIS"],
        ["ABBA"],
        ["ABBAS"],
        ["SADE ADU live"],
        ["Anne-Sophie", "Mutter", "Herbert von Karaian"],
        ["Herbert yon Karaian"],
        ["Die Toten Hosen und Miles Davis"],
    )
    likely = np.array([0.4, 0.3, 0.2, 0.1])
    found: dict[str, object] = {}
    for lines in texts:
        names = known(lines)
        said = [[_NAMES.index(name.text), name.likeness, len(str(name))] for name in names]
        found[f"names in {' / '.join(lines)}"] = said
        found[f"genres by {' / '.join(lines)}"] = known.join(likely, names)
    readings = [
        [Line(text, 0.9, (0.1, 0.1 * place, 0.9, 0.1 * place + 0.1)) for place, text in enumerate(lines)]
        for lines in texts
    ]
    found["names among readings"] = [[_NAMES.index(name.text), name.likeness] for name in known.among(readings)]
    return found
