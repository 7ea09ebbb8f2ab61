"""HTML for a picture's classification and for snippets; all text from outside is escaped."""

from __future__ import annotations

import base64
import io
import json
from html import escape

from img2music.app.cards.band import draw_band, draw_sections
from img2music.app.cards.links import address, draw_link, title
from img2music.app.cards.mixer import draw_mixer
from img2music.app.drawings.score_roll import draw_roll
from img2music.app.drawings.sound import draw_sound
from img2music.app.kept import ARCHIVE, KeptSnippet
from img2music.content.content import content_of
from img2music.generation.mood import mood_of
from img2music.output.formats import MEDIA_TYPES
from img2music.vision.classifier import Classification
from img2music.vision.picture import load_picture

_THUMBNAIL = 96
HISTORY = (
    '<p class="i2m-say" role="status">No music yet.</p><ul class="i2m-history"></ul>'
    '<p><button type="button" class="i2m-button" hidden>Forget all of it</button></p>'
)
"""An empty history, which the browser fills."""


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
    seen = content_of(classification.objects, classification.words, classification.instruments).seen
    return f"It shows {escape(', '.join(finding.called for finding in seen))}. " if seen else ""


def _mood(classification: Classification) -> str:
    """The picture's appearance and the mood that it suggests, in words."""
    saw, asked = classification.appearance.words(), mood_of(classification.appearance).words()
    return f"It is {', '.join(saw)}, and suggests music that is {', '.join(asked)}." if saw and asked else ""


def say(text: str, alert: bool = False) -> str:
    """A line of plain text, which screen readers announce when it appears, at once if it is an alert."""
    role, look = ("alert", " i2m-alert") if alert else ("status", "")
    return f'<p class="i2m-say{look}" role="{role}">{escape(text)}</p>'


def draw_card(sound: KeptSnippet, thumbnail: str) -> str:
    """A snippet with player, score and spectrogram, credits and downloads, and with what the history of the browser is
    told of it; `thumbnail` is the URL of its small picture."""
    name, heard = escape(title(sound)), escape(json.dumps(_heard(sound, thumbnail)))
    return (
        f'<section class="i2m-card" data-key="{sound.key}" data-heard="{heard}" aria-label="{name}"><h2>{name}</h2>'
        f"{_player(sound)}{_drawn(sound)}{_origin(sound)}{_downloads(sound)}</section>"
    )


def _heard(sound: KeptSnippet, thumbnail: str) -> dict[str, object]:
    """What the history shows of a snippet, and its files by format."""
    files = {
        format: {"address": address(sound, format), "name": sound.files[format], "type": MEDIA_TYPES[format]}
        for format in (*sound.formats, ARCHIVE)
    }
    about, loop = _settings(sound), sound.snippet.provenance.loop
    return {"title": title(sound), "about": about, "thumbnail": thumbnail, "loop": loop, "files": files}


def draw_thumbnail(picture: bytes) -> str:
    """A thumbnail of a picture file as a data URL. Raises `PictureError`."""
    small = load_picture(picture, apart=True)
    small.thumbnail((_THUMBNAIL, _THUMBNAIL))
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=80)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def _player(sound: KeptSnippet) -> str:
    loop = " loop" if sound.snippet.provenance.loop else ""
    source, name = address(sound, "wav"), escape(title(sound))
    return f'<audio controls{loop} preload="auto" src="{source}" aria-label="{name}"></audio>'


def _drawn(sound: KeptSnippet) -> str:
    """The score if there is one, before the sound, which is then folded away."""
    score, band, drawing = sound.snippet.score, sound.making.band, draw_sound(sound.snippet)
    if score is None or band is None:
        return drawing
    roll = draw_roll(score, sound.snippet.seconds, band.names)
    return (
        f"{roll}{draw_band(sound)}{draw_sections(sound)}{draw_mixer(sound)}"
        f"<details><summary>Waveform and spectrogram</summary>{drawing}</details>"
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
    links = "".join(draw_link(sound, format) for format in (*sound.formats, ARCHIVE))
    return f'<p class="i2m-downloads">Download {links}</p>'
