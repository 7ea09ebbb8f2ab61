"""Where the files of kept snippets are, and links to download them or drag them out of the page."""

from __future__ import annotations

from html import escape

from img2music.app.changes import words_of
from img2music.app.kept import KeptSnippet
from img2music.output.formats import MEDIA_TYPES

SOUNDS = "sounds"
"""The path below which the files of snippets are served."""


def title(sound: KeptSnippet) -> str:
    """The title of a snippet: genre, seed and what was changed."""
    making = sound.making
    changed = words_of(making.options, making.band.off if making.band else ())
    return ", ".join([sound.snippet.genre, f"seed {sound.snippet.provenance.seed}", *changed])


def address(sound: KeptSnippet, format: str) -> str:
    """The URL of a snippet in a format."""
    return f"{SOUNDS}/{sound.key}.{format}"


def draw_link(sound: KeptSnippet, format: str) -> str:
    """A link that downloads a snippet in a format, or one of its stems."""
    what, suffix = f"Download {title(sound)} as {format}", format.rpartition(".")[2]
    return (
        f'<a href="{address(sound, format)}" download="{escape(sound.files[format])}" '
        f'type="{MEDIA_TYPES[suffix]}" aria-label="{escape(what)}">{suffix}</a>'
    )
