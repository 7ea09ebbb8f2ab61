"""The stems of a snippet, each with a switch to mute it and one to hear it alone."""

from __future__ import annotations

from img2music.app.cards.links import address, draw_link, title
from img2music.app.kept import KeptSnippet, stem_file

_OPEN = "Take it apart into stems"


def draw_mixer(sound: KeptSnippet) -> str:
    """A button that takes a snippet apart, and what appears then; nothing where it has no stems."""
    if not sound.making.stems:
        return ""
    strips = "".join(_strip(sound, name) for name in sound.making.stems)
    return (
        f'<div class="i2m-mixer" role="group" aria-label="Stems of {title(sound)}">'
        f'<button type="button" class="i2m-button i2m-apart">{_OPEN}</button>'
        f'<p role="status"></p><ul hidden>{strips}</ul></div>'
    )


def _strip(sound: KeptSnippet, name: str) -> str:
    switches = "".join(
        f'<button type="button" class="i2m-button" data-switch="{kind}" aria-pressed="false" '
        f'aria-label="{kind} {name}">{kind}</button>'
        for kind in ("Mute", "Solo")
    )
    stem = stem_file(name)
    return f'<li data-stem="{address(sound, stem)}"><span>{name}</span>{switches}{draw_link(sound, stem)}</li>'
