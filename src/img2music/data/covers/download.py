"""Fetching the two data sets from Kaggle, where that is possible."""

from __future__ import annotations

from pathlib import Path

from img2music.errors import Img2MusicError, OptionError

COVERS = "michaeljkerr/20k-album-covers-within-20-genres"
MUSIC = "andradaolteanu/gtzan-dataset-music-genre-classification"


def where_from(handle: str, command: str) -> str:
    """How to get a data set by hand, for the command that is to read it."""
    return f"get it from https://www.kaggle.com/datasets/{handle}, unpack it and run: img2music data {command} FOLDER"


def fetch(handle: str, command: str) -> Path:
    """Fetch a data set with kagglehub, which keeps it in its own cache, and return its folder.

    Raises `OptionError` when kagglehub is not installed, and `Img2MusicError` when the data set cannot be had;
    both say how to get it by hand.
    """
    try:
        import kagglehub
    except ModuleNotFoundError as problem:
        raise OptionError(
            f"{problem.name} is not installed; run: pip install 'img2music[data]', or {where_from(handle, command)}"
        ) from problem
    try:
        return Path(kagglehub.dataset_download(handle))
    except Exception as problem:  # no internet, no credentials, no consent, no space: each comes in its own kind
        reason = (str(problem).strip() or type(problem).__name__).splitlines()[0].rstrip(".")[:120]
        raise Img2MusicError(f"{handle} cannot be downloaded ({reason}); {where_from(handle, command)}") from problem
