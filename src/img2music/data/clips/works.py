"""Which work a clip belongs to, by what it is called: works stay on one side of a split."""

from __future__ import annotations

import re
from pathlib import PurePath

from img2music.genres import plain_name

_NUMBERED = re.compile(r"(.*)_\d\d", re.DOTALL)
_WORDS = re.compile(r"[^\W\d_]+")
_SAY_NOTHING = frozenset(
    (
        *(
            "album",
            "audio",
            "aufnahme",
            "beat",
            "bounce",
            "canción",
            "canzone",
            "cd",
            "chanson",
            "clip",
            "datei",
            "demo",
        ),
        *("disc", "disk", "excerpt", "export", "faixa", "file", "loop", "master", "mix", "mp", "music", "musica"),
        *(
            "música",
            "musik",
            "musique",
            "neue",
            "new",
            "no",
            "nr",
            "number",
            "nummer",
            "part",
            "piece",
            "piste",
            "pista",
        ),
        *("record", "recording", "sample", "segment", "session", "side", "snippet", "song", "sound", "spur", "stereo"),
        *("take", "tema", "titel", "title", "titolo", "titre", "título", "traccia", "track", "tracks", "unbekannt"),
        *("unbenannt", "unknown", "untitled", "version", "voice", "wav"),
    )
)
"""Words that programs and people give to music that they do not name."""


def work_by_name(path: PurePath, genre: str) -> str:
    """The work of a clip of which nothing but its file is known.

    Excerpts of one piece are numbered at the end (`battle_01`, `battle_05`) and belong together. Where what is before
    the number names no piece, as in `Track_01` or `jazz_05`, the number does, and each is a work of its own.
    """
    numbered = _NUMBERED.fullmatch(path.stem)
    return numbered[1] if numbered and _names_something(numbered[1], path, genre) else path.stem


def work_by_title(title: str, path: PurePath, genre: str) -> str:
    """The work of a clip that has a title: it, unless it is one of those that say nothing, such as `Track 3`."""
    return title.strip() if _names_something(title, path, genre) else work_by_name(path, genre)


def _names_something(name: str, path: PurePath, genre: str) -> bool:
    words = [word for word in _WORDS.findall(name.casefold()) if word not in _SAY_NOTHING]
    others = {"", plain_name(genre), plain_name(path.parent.name)}
    return plain_name("".join(words)) not in others
