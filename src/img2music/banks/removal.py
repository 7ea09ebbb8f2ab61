"""Removing music from the user's banks."""

from __future__ import annotations

from collections.abc import Sequence

from img2music.banks.store import BankStore
from img2music.errors import OptionError
from img2music.genres import check_genre


def remove_music(store: BankStore, name: str, genre: str | None, titles: Sequence[str]) -> list[str]:
    """Remove the entries of a bank with one of `titles`, or all without titles; only those of `genre` if it is given.

    Returns the titles, or the genres that were removed completely. Raises `OptionError` when there is no such music,
    `ModelError` when a file is damaged, and `OutputError` when it cannot be written.
    """
    there = store.genres(name)
    genres = there if genre is None else (check_genre(genre, there),)
    if not titles:
        for one in genres:
            store.remove(name, one)
        return list(genres)
    known = {one: [known.entry.title for known in store.read(name, one)[0].known] for one in genres}
    missing = [title for title in titles if not any(title in titles_there for titles_there in known.values())]
    if missing:
        raise OptionError(f"The bank '{name}' has no '{missing[0]}'; `img2music bank list` shows what it has.")
    for one in genres:
        if set(titles) & set(known[one]):
            store.change(name, one, lambda old: None if old is None else old.without(titles))
    return list(titles)
