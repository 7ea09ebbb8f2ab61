"""The genres Img2Music plays, and the ways people spell them."""

import re
from collections.abc import Sequence
from pathlib import Path

from img2music.errors import OptionError
from img2music.system.files import reason
from img2music.system.names import RULE, is_plain

GENRES: tuple[str, ...] = ("classical", "hiphop", "pop", "jazz")


def check_genre(name: str, genres: Sequence[str] = GENRES) -> str:
    """The entry of `genres` that `name` means, regardless of case, spaces, hyphens and underscores.

    Raises `OptionError`, which lists the genres, for any other name.
    """
    for genre in genres:
        if plain_name(genre) == plain_name(name):
            return genre
    raise OptionError(f"Unknown genre '{name}'; choose one of {', '.join(genres)}.")


def genre_meant(name: str, genres: Sequence[str] = GENRES) -> str:
    """The entry of `genres` that a table or folder means by `name`, as
    `check_genre`; its plain form if it is none."""
    plain = plain_name(name)
    return next((genre for genre in genres if plain_name(genre) == plain), plain)


def split_genres(text: str) -> tuple[str, ...]:
    """The genres in a text like `classical,jazz`, each once. Raises `OptionError` when it names none."""
    names = tuple(dict.fromkeys(plain for name in text.split(",") if (plain := plain_name(name))))
    if not names:
        raise OptionError("--genres names no genre; write it like classical,jazz.")
    return names


def own_genres(text: str) -> tuple[str, ...]:
    """As `split_genres`. Raises `OptionError` as well when a genre cannot be the name of a folder of models."""
    names = split_genres(text)
    for name in names:
        if not is_plain(name):
            raise OptionError(f"A genre cannot be called '{name}'; {RULE}.")
    return names


def find_genre_folders(root: Path, genres: tuple[str, ...] = GENRES) -> dict[str, Path]:
    """The sub-folder of `root` for each of `genres` that has one, in the order of `genres`.

    Spellings are matched as by `check_genre`, so 'HipHop', 'hip-hop' and 'Hip Hop' are all 'hiphop'.

    Raises `OptionError` when `root` cannot be listed or two sub-folders stand for one genre.
    """
    try:
        folders = sorted(entry for entry in root.iterdir() if entry.is_dir())
    except (OSError, ValueError) as problem:
        raise OptionError(f"Cannot list the folder {root}: {reason(problem)}.") from problem
    found: dict[str, Path] = {}
    for folder in folders:
        genre = plain_name(folder.name)
        if genre in found:
            raise OptionError(f"{root} has two folders for {genre}: {found[genre].name} and {folder.name}; merge them.")
        if genre in genres:
            found[genre] = folder
    return {genre: found[genre] for genre in genres if genre in found}


def plain_name(name: str) -> str:
    """`name` in the spelling of `GENRES`: no spaces, hyphens or underscores, and small letters."""
    return re.sub(r"[\s_-]+", "", name).casefold()
