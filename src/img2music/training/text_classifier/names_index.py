"""The index in which known names are found."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from safetensors.numpy import save

from img2music.data.names.tables import OTHER, Name, NameTables
from img2music.errors import OptionError
from img2music.system.files import atomic_write
from img2music.vision.ocr.known_names import BUCKETS, FEWEST, ROLES, group_buckets, squeeze

MOST = (1 << 16) - 1
"""Names that the index can hold."""
_LEAST = 0.4  # weight below which an artist's genre is too doubtful
_OUTWEIGHED = 3.0  # by how much music of other genres must outweigh an artist's own to count in its place


def names_index(names: NameTables, genres: Sequence[str], strength: float = 1.0) -> dict[str, np.ndarray]:
    """The tensors of an index of artists, composers and conductors, in the order of their names.

    `strength` is by how many nats a name that was read right makes its genre likelier. Of a name that several artists
    bear, the likeliest counts; of more names than `MOST` the surest are kept. Raises `OptionError` when no name has
    letters enough to be searched for.
    """
    best: dict[str, Name] = {}
    people = [name for name in names.phrases if name.kind in ROLES]
    for name in (*people, *sorted(names.artists, key=_doubt)):
        letters = squeeze(name.text)
        if len(letters) >= FEWEST and "\n" not in name.text and name.weight >= _LEAST:
            best.setdefault(letters, name)
    if not best:
        raise OptionError(f"No artist's name has {FEWEST} letters or more; give tables that hold some.")
    kept = sorted(islice(best.items(), MOST))
    groups = [group_buckets(letters) for letters, _ in kept]
    sizes = np.array([len(buckets) for buckets in groups])
    numbers = np.repeat(np.arange(len(kept)), sizes)
    buckets = np.array([bucket for one in groups for bucket in sorted(one)], np.int64)
    order = np.argsort(buckets, kind="stable")
    counts = np.bincount(buckets, minlength=BUCKETS)
    genre_of = {genre: number for number, genre in enumerate(genres)}
    return {
        "names": np.frombuffer("\n".join(name.text for _, name in kept).encode(), np.uint8),
        "genre": np.array([genre_of.get(name.genre, 255) for _, name in kept], np.uint8),
        "role": np.array([ROLES.index(name.kind) if name.kind in ROLES else 0 for _, name in kept], np.uint8),
        "sizes": np.minimum(sizes, 255).astype(np.uint8),
        "starts": np.concatenate([[0], np.cumsum(counts)]).astype(np.uint32),
        "postings": numbers[order].astype(np.uint16),
        "strength": np.array([strength], np.float32),
    }


def _doubt(artist: Name) -> float:
    """Smaller for artists that more certainly belong to their genre, among the genres of the classifier."""
    return -artist.weight if artist.genre != OTHER else -artist.weight / _OUTWEIGHED


def save_names(tensors: dict[str, np.ndarray], path: Path) -> None:
    """Write an index as the runtime reads it."""
    with atomic_write(path, force=True) as temporary:
        temporary.write_bytes(save({name: np.ascontiguousarray(values) for name, values in tensors.items()}))
