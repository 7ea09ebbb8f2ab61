"""HTML for a picture's classification and for snippets; all text from outside is escaped."""

from __future__ import annotations

import base64
import io
from html import escape
from pathlib import Path

from img2music.app.page.drawing import draw_sound
from img2music.app.shelf import KeptSnippet
from img2music.app.studio import read_upload
from img2music.content.content import content_of
from img2music.generation.mood import mood_of
from img2music.vision.classifier import Classification
from img2music.vision.picture import load_picture

SOUNDS = "sounds"
"""The path below which sound files are served."""
_THUMBNAIL = 96


def describe_classification(classification: Classification) -> str:
    """A classification in words, and a bar for each genre."""
    genre = classification.genre
    words = (
        f"The words read on it: <q>{escape(classification.words)}</q>."
        if classification.words
        else "No words were read on it."
    )
    names = "".join(f" It knows {escape(str(name))}." for name in classification.names)
    doubt = "" if classification.sure else f" It is not sure: it may as well be {classification.ranking[1]}."
    other = classification.other
    named = f"<strong>{genre}</strong>" if other is None else f"<strong>{escape(other)}</strong>; it plays {genre}"
    looks = f"The picture looks like {named} ({classification.probabilities[genre]:.0%})."
    bars = "".join(
        f'<li><span>{name}</span><span class="i2m-track"><span style="width:{share:.1%}"></span></span>'
        f"<span>{share:.0%}</span></li>"
        for name, share in classification.probabilities.items()
    )
    return (
        f'<div class="i2m-reading" role="status"><p>{looks}{doubt} {_seen(classification)}{words}{names} '
        f"{_mood(classification)}</p>"
        f'<ul class="i2m-bars" aria-label="Probability of each genre">{bars}</ul></div>'
    )


def _seen(classification: Classification) -> str:
    """What is seen in the picture, where something is sure."""
    seen = content_of(classification.objects, classification.words).seen
    return f"It shows {escape(', '.join(finding.called for finding in seen))}. " if seen else ""


def _mood(classification: Classification) -> str:
    """The picture's appearance and the mood that it suggests, in words."""
    saw, asked = classification.appearance.words(), mood_of(classification.appearance).words()
    return f"It is {', '.join(saw)}, and suggests music that is {', '.join(asked)}." if saw and asked else ""


def say(text: str, alert: bool = False) -> str:
    """A line of plain text, which screen readers announce when it appears, at once if it is an alert."""
    role, look = ("alert", " i2m-alert") if alert else ("status", "")
    return f'<p class="i2m-say{look}" role="{role}">{escape(text)}</p>'


def draw_card(sound: KeptSnippet) -> str:
    """A snippet with player, spectrogram, credits and downloads."""
    return (
        f'<section class="i2m-card" aria-label="{escape(title(sound))}"><h3>{escape(title(sound))}</h3>'
        f"{_player(sound, 'auto')}{draw_sound(sound.snippet)}{_origin(sound)}{_downloads(sound)}</section>"
    )


def draw_row(sound: KeptSnippet, thumbnail: str) -> str:
    """A snippet as a row of the history; `thumbnail` is the URL of its small picture."""
    return (
        f'<li class="i2m-row"><img src="{thumbnail}" alt="" width="48" height="48"><div>'
        f"<strong>{escape(title(sound))}</strong><span>{escape(_settings(sound))}</span>"
        f"{_player(sound, 'none')}{_downloads(sound)}</div></li>"
    )


def draw_history(rows: tuple[str, ...]) -> str:
    """The rows of the history, latest first."""
    return f'<ul class="i2m-history">{"".join(rows)}</ul>' if rows else say("No music yet.")


def draw_thumbnail(picture: str | Path) -> str:
    """A thumbnail of a picture file as a data URL. Raises `PictureError`."""
    small = load_picture(read_upload(picture), apart=True)
    small.thumbnail((_THUMBNAIL, _THUMBNAIL))
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=80)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def title(sound: KeptSnippet) -> str:
    """The title of a snippet: genre and seed."""
    return f"{sound.snippet.genre}, seed {sound.snippet.provenance.seed}"


def address(sound: KeptSnippet, format: str) -> str:
    """The URL of a snippet in a format."""
    return f"{SOUNDS}/{sound.key}.{format}"


def _player(sound: KeptSnippet, preload: str) -> str:
    loop = " loop" if sound.snippet.provenance.loop else ""
    return (
        f'<audio controls{loop} preload="{preload}" src="{address(sound, "wav")}" '
        f'aria-label="{escape(title(sound))}"></audio>'
    )


def _origin(sound: KeptSnippet) -> str:
    chosen = "; then ".join(
        f"<cite>{escape(credit.title)}</cite>, {escape(credit.origin)} ({escape(credit.licence)})"
        for credit in sound.snippet.provenance.embeddings
    )
    score = sound.snippet.score
    written = "" if score is None else f"Plays <cite>{escape(score.title)}</cite> at {score.tempo.initial:g} bpm."
    origin = f"{written} In the sound of {chosen}." if written and chosen else written or f"From {chosen}."
    told = escape(sound.snippet.provenance.sentence)
    return f"<p>{told}{'<br>' if told else ''}{origin}<br>{escape(_settings(sound))}</p>"


def _settings(sound: KeptSnippet) -> str:
    made = sound.snippet.provenance
    return f"{sound.snippet.seconds:.3g} s, {made.engine}, strength {made.alpha:g}{', loop' if made.loop else ''}"


def _downloads(sound: KeptSnippet) -> str:
    links = "".join(
        f'<a href="{address(sound, format)}" download="{escape(sound.name)}.{format}" '
        f'aria-label="Download {escape(title(sound))} as {format}">{format}</a>'
        for format in sound.formats
    )
    return f'<p class="i2m-downloads">Download {links}</p>'
