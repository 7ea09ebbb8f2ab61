"""Briefs for the composer, from wishes in words and from a picture."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from img2music.composition.brief import MODES, Brief, Feeling, parse_key, parse_metre
from img2music.composition.compose import compose as compose_brief
from img2music.composition.contour import Contour
from img2music.composition.formats.facts import facts_of
from img2music.composition.score import Score
from img2music.composition.style import styles_of
from img2music.content.content import content_of
from img2music.content.sentence import sentence_for
from img2music.errors import OptionError
from img2music.genres import GENRES, check_genre
from img2music.wishes import LEFT_RIGHT, ORDERS, Change, Extension, Wishes

if TYPE_CHECKING:
    from PIL import Image

    from img2music.generation.mood import Mood
    from img2music.vision.appearance import Appearance
    from img2music.vision.classifier import Classification

_TONALITY = re.compile(r"([A-Ga-g][#♯b♭]?)(?:(m)|[ -]?([a-z]+))?")
_EXTENSION = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)\s*(?:s|sec|seconds|(bars?))?")
ATTRIBUTES = tuple(attribute.name for attribute in fields(Feeling))


@dataclass(frozen=True)
class Composition:
    """A score. One for a picture has a `sentence` on what was seen and what it did, and its `content`, as
    `Provenance` has them."""

    score: Score
    sentence: str = ""
    content: tuple[Mapping[str, object], ...] = ()

    def as_dict(self) -> dict[str, object]:
        """What there is to say of it, by name, for JSON."""
        told = {"sentence": self.sentence, "content": self.content} if self.sentence else {}
        return facts_of(self.score) | told


def compose(
    picture: str | Path | bytes | Image.Image | None = None,
    *,
    genre: str | None = None,
    mood: Mapping[str, float] | str | None = None,
    seed: int = 0,
    seconds: float | None = None,
    bars: int | None = None,
    bpm: float | None = None,
    key: str | None = None,
    mode: str | None = None,
    metre: str | None = None,
    style: str | None = None,
    instruments: Sequence[str] | str | None = None,
    sections: Sequence[str] | str | None = None,
    blend: str | None = None,
    quote: str | None = None,
    read: str | None = None,
    changes: Sequence[Change] = (),
    models: str | Path | None = None,
) -> Score:
    """A score for a picture, or for a genre alone.

    The picture says genre, mood and what else is in it, as far as the options leave it open; it is `read` from
    left-right, centre-out, top-down or as a whole. `mood` has any of tempo, major, brightness, density, dynamics,
    tension, energy and warmth, each from 0 to 1. `bpm` is in quarter notes per minute, `key` such as F#
    or Bb, `mode` such as minor or dorian, `metre` such as 6/8; `blend` is a second genre and its share, such as
    jazz=0.4; `quote` is the title of a known work whose beginning the tune has. What is left open is drawn by `seed`.
    `changes` are made to the piece one after the other, such as `Extension(seconds=30)` or `Remake(section=2, seed=9)`.
    The same picture, options and models give the same score.

    Raises `PictureError` for a bad picture, and `OptionError` for what is impossible or contradicts itself.
    """
    wishes = Wishes(
        style=style,
        mood=mood,
        bpm=bpm,
        key=key,
        mode=mode,
        metre=metre,
        bars=bars,
        instruments=instruments,
        sections=sections,
        quote=quote,
        read=read,
        changes=tuple(changes),
    )
    return composition_for(picture, wishes, genre=genre, seed=seed, seconds=seconds, blend=blend, models=models).score


def composition_for(
    picture: str | Path | bytes | Image.Image | None,
    wishes: Wishes,
    *,
    genre: str | None = None,
    seed: int = 0,
    seconds: float | None = None,
    blend: str | None = None,
    models: str | Path | None = None,
) -> Composition:
    """What `compose` gives, and what there is to say of it. Raises as it does."""
    brief = brief_of(wishes, genre or "", seed=seed, seconds=seconds)
    if blend is not None:
        lender, share = parse_blend(blend)
        brief = replace(brief, blend=lender, share=share)
    if genre is not None:
        check_genre(genre)
    if picture is None:
        if genre is None:
            raise OptionError("There is neither a picture nor a genre; give one of them.")
        return Composition(compose_brief(brief))
    seen = _classified(picture, models)
    content = content_of(seen.objects, seen.words, seen.instruments)
    score = compose_brief(with_picture(brief, seen, wishes.read))
    told = sentence_for(content, seen.colour, score, wishes.read or LEFT_RIGHT)
    return Composition(score, told, tuple(content.as_list()))


def brief_of(wishes: Wishes, genre: str = "", seed: int = 0, seconds: float | None = None) -> Brief:
    """A brief that asks for the wishes. Raises `OptionError` when one of them cannot be understood."""
    tonic, own_mode = (None, None) if wishes.key is None else parse_tonality(wishes.key)
    if wishes.mode is not None and own_mode not in (None, wishes.mode):
        raise OptionError(f"{wishes.key} is {own_mode}, not {wishes.mode}; give one of them.")
    if wishes.read is not None and wishes.read not in ORDERS:
        raise OptionError(f"read is '{wishes.read}'; choose one of {', '.join(ORDERS)}.")
    return Brief(
        genre,
        parse_mood(wishes.mood) if isinstance(wishes.mood, str) else feeling_of(wishes.mood or {}),
        seed,
        seconds,
        bars=wishes.bars,
        bpm=wishes.bpm,
        key=tonic,
        mode=wishes.mode or own_mode,
        metre=None if wishes.metre is None else parse_metre(wishes.metre),
        style=wishes.style,
        instruments=_names(wishes.instruments),
        sections=_names(wishes.sections),
        quote=wishes.quote,
        changes=tuple(wishes.changes),
    )


def _classified(picture: str | Path | bytes | Image.Image, models: str | Path | None) -> Classification:
    from img2music.models.folder import Models
    from img2music.vision.classifier import Classifier
    from img2music.vision.picture import load_picture

    image = load_picture(picture)
    return Classifier(Models(None if models is None else Path(models)))(image)


def with_picture(brief: Brief, classification: Classification, read: str | None = None) -> Brief:
    """The brief with what a picture says where it leaves it open: genre, mood, and by its content instruments, style
    and room. The picture, `read` in one of the orders, by default from left to right, is the music's contour, and gives
    it seeds of its own."""
    known = replace(brief, genre=brief.genre or classification.among(GENRES).genre)
    content = content_of(classification.objects, classification.words, classification.instruments)
    contour = classification.contours.get(read or LEFT_RIGHT)
    return replace(
        known,
        feeling=_felt(brief.feeling, classification.appearance, content.moves),
        seed=picture_seed(classification.fingerprint, brief.seed),
        style=brief.style or _style_of(known, content.styles),
        featured=(content.instruments or None) if brief.instruments is None else None,
        contour=None if contour is None else Contour(contour.lightness, contour.detail, contour.height),
        room=content.room,
        band=picture_seed(str(classification.sketch), brief.seed),
    )


def _felt(feeling: Feeling, appearance: Appearance, moves: Mapping[str, float]) -> Feeling:
    """The feeling with what a picture's colours suggest, and what its content adds, where it is left open."""
    from img2music.generation.mood import energy_of, mood_of, tension_of

    suggested = asdict(mood_of(appearance))
    suggested |= {"tension": tension_of(appearance), "energy": energy_of(appearance), "warmth": appearance.warmth}
    seen = {name: round(min(max(value + moves.get(name, 0.0), 0.0), 1.0), 3) for name, value in suggested.items()}
    asked = asdict(feeling)
    return Feeling(**{name: seen.get(name) if value is None else value for name, value in asked.items()})


def _style_of(brief: Brief, styles: Sequence[str]) -> str | None:
    """The first of the styles that the genre has, unless something is asked for that it might not do."""
    if brief.metre is not None or brief.quote is not None:
        return None
    known = styles_of(check_genre(brief.genre))
    return next((style for style in styles if style in known), None)


def mood_asked(brief: Brief) -> Mood:
    """What a brief says of the moods that pictures suggest. It must say all of them, as one `with_picture` does."""
    from img2music.generation.mood import Mood

    return Mood(**{attribute.name: getattr(brief.feeling, attribute.name) for attribute in fields(Mood)})


def blended(brief: Brief, probabilities: Mapping[str, float]) -> Brief:
    """The brief with the likeliest other genre blended in by its probability, half at most."""
    others = {genre: share for genre, share in probabilities.items() if genre != brief.genre}
    if not others:
        return brief
    other = max(others, key=lambda genre: others[genre])
    both = others[other] + probabilities.get(brief.genre, 0.0)
    share = min(others[other] / both, 0.5) if both > 0 else 0.0
    return replace(brief, blend=other, share=round(share, 3))


def picture_seed(fingerprint: str, seed: int) -> int:
    """A seed that no other picture has with the same `seed`."""
    digest = hashlib.sha256(f"{seed} {fingerprint}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def parse_tonality(text: str) -> tuple[int, str | None]:
    """Key, and mode if it is said: of F#, Bbm, D minor or "E dorian". Raises `OptionError`."""
    match = _TONALITY.fullmatch(text.strip())
    if match is None:
        return parse_key(text), None
    mode = "minor" if match[2] else match[3]
    if mode is not None and mode not in MODES:
        raise OptionError(f"There is no mode '{mode}'; choose one of {', '.join(MODES)}.")
    return parse_key(match[1]), mode


def parse_mood(text: str) -> Feeling:
    """A mood such as `major=0.8,density=0.3`. Raises `OptionError`."""
    values: dict[str, float] = {}
    for word in text.split(","):
        name, equals, number = word.partition("=")
        try:
            values[name.strip()] = float(number)
        except ValueError:
            equals = ""
        if not equals:
            raise OptionError(f"'{word.strip()}' is no mood; write it like major=0.8,density=0.3.")
    return feeling_of(values)


def feeling_of(values: Mapping[str, float]) -> Feeling:
    """The feeling of some attributes. Raises `OptionError` when there is no such attribute."""
    unknown = sorted(set(values) - set(ATTRIBUTES))
    if unknown:
        raise OptionError(f"There is no mood '{unknown[0]}'; choose among {', '.join(ATTRIBUTES)}.")
    return Feeling(**values)


def parse_blend(text: str) -> tuple[str, float]:
    """A second genre and its share, such as `jazz=0.4`; half without one. Raises `OptionError`."""
    name, equals, number = text.partition("=")
    try:
        share = float(number) if equals else 0.5
    except ValueError as problem:
        raise OptionError(f"'{text}' is no blend; write it like jazz=0.4.") from problem
    return check_genre(name), share


def parse_extension(text: str, seed: int) -> Extension:
    """By how much a piece goes on: so many seconds, such as 30, or bars, such as 8bars. Raises `OptionError`."""
    match = _EXTENSION.fullmatch(text.strip().casefold())
    if match is None:
        raise OptionError(f"'{text}' is no length; write it like 30 for seconds, or like 8bars.")
    if match[2]:
        if "." in match[1]:
            raise OptionError(f"There are only whole bars; choose a whole number instead of {match[1]}.")
        return Extension(bars=int(match[1]), seed=seed)
    return Extension(seconds=float(match[1]), seed=seed)


def _names(given: Sequence[str] | str | None) -> tuple[str, ...] | None:
    """Names in a sequence, or in a text with commas between them."""
    if given is None:
        return None
    parts = given.split(",") if isinstance(given, str) else given
    return tuple(name.strip() for name in parts if name.strip())


LARGEST_BRIEF = 2**20
"""Bytes above which a file with a brief is refused."""


def read_brief(path: Path) -> Brief:
    """The brief in a JSON file that `compose --json` wrote, or by itself. Raises `OptionError`."""
    import json

    from img2music.system.files import reason, regular_file_size

    try:
        if regular_file_size(path, OptionError) > LARGEST_BRIEF:
            raise OptionError(f"{path} is too large for a brief.")
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as problem:
        detail = reason(problem) if isinstance(problem, OSError) else "it is no JSON"
        raise OptionError(f"Cannot read a brief from {path}: {detail}.") from problem
    if isinstance(found, dict) and isinstance(found.get("brief"), dict):
        found = found["brief"]
    if not isinstance(found, dict):
        raise OptionError(f"{path} holds no brief.")
    return Brief.from_dict(found)
