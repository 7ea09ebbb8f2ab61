"""Perceptual hashes: numbers of 256 bits that differ little when pictures do.

A perceptual hash keeps, for each of the 16 × 16 lowest frequencies of the picture reduced to 64 × 64 greys,
whether it is above their median (`imagehash.phash`). The distance of two hashes is the number of bits that
differ; unrelated pictures are about 128 apart. The limits were chosen by eye, see docs/data.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import imagehash
import numpy as np
from PIL import Image

SAME = 64
"""Up to this distance two covers of different genres were always one cover."""
ALIKE = 76
"""Up to this distance most are one cover in other editions, crops or photographs; beyond, few are."""
BITS = 256
FLAT = 2.0
"""Standard deviation of the greys (0..255) below which there is nothing to recognise a picture by."""


def perceptual_hash(picture: Image.Image) -> str:
    """The perceptual hash of an RGB picture as 64 hexadecimal digits; empty for a picture of one colour."""
    grey = picture.convert("L")
    if float(np.std(np.asarray(grey, np.float32))) < FLAT:
        return ""
    return str(imagehash.phash(grey, hash_size=16))


def alike_pairs(hashes: Sequence[str], limit: int = ALIKE) -> list[tuple[int, int, int]]:
    """Pairs `(i, j, distance)` with i < j of hashes at most `limit` apart; empty ones are like none."""
    seen = np.array([i for i, text in enumerate(hashes) if text], np.int64)
    words = np.frombuffer(bytes.fromhex("".join(hashes)), np.uint64).reshape(-1, 4)
    pairs = []
    for row, first in enumerate(seen[:-1]):
        distances = np.bitwise_count(words[row + 1 :] ^ words[row]).sum(1, dtype=np.int64)
        near = np.flatnonzero(distances <= limit)
        pairs += [(int(first), int(seen[row + 1 + other]), int(distances[other])) for other in near]
    return pairs
