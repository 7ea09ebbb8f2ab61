"""What agents can ask for: `classify`, `compose` and `generate`."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from img2music.briefing import composition_for
from img2music.composition.formats.files import encoded
from img2music.errors import OptionError
from img2music.mcp.arguments import Argument, read_arguments, schema_of
from img2music.mcp.folder import OutFolder
from img2music.mcp.pictures import PICTURE, needed_picture, picture_in, stem_of
from img2music.options import CHOICES, COMPOSE, ENGINES, LONGEST, SHORTEST
from img2music.output.formats import FORMATS, MEDIA_TYPES, MIDI, SOUNDS, VIDEO
from img2music.output.request import Request
from img2music.pipeline import Img2Music
from img2music.wishes import ORDERS, Wishes

_SCORES = (MIDI, "musicxml")
_NAME = Argument("name", "string", "What the files are called, without a suffix; by default as the picture is.")
_GENRE = Argument("genre", "string", "classical, hiphop, pop or jazz, instead of what the picture looks like.")
_SEED = Argument("seed", "integer", "Another seed makes other music for the same picture; 0 by default.")
_SECONDS = Argument("seconds", "number", f"Length in seconds, {SHORTEST:g} to {LONGEST:g}; 15 by default.")
_WISHES = (
    Argument("style", "string", "A style of the genre, such as bossa or lo-fi."),
    Argument(
        "mood",
        "string",
        "Each from 0 to 1: tempo, major, brightness, density, dynamics, tension, energy, warmth; as major=0.8.",
    ),
    Argument("bpm", "number", "Tempo in quarter notes per minute."),
    Argument("key", "string", "Such as C, F# or Bbm."),
    Argument("mode", "string", "major, minor, dorian, mixolydian, lydian or phrygian."),
    Argument("metre", "string", "Such as 4/4, 3/4 or 6/8."),
    Argument("bars", "integer", "Length in bars."),
    Argument("instruments", "string", "These and no others, such as piano,bass,drums."),
    Argument("sections", "string", "In order, such as intro,verse,chorus,outro."),
    Argument("quote", "string", "The title of a known tune in the public domain whose beginning is quoted."),
    Argument("read", "string", "How the picture is read while the music plays; left-right by default.", ORDERS),
)
_COMPOSE = (
    *PICTURE,
    _GENRE,
    _SEED,
    _SECONDS,
    *_WISHES,
    Argument("blend", "string", "A second genre and its share, such as jazz=0.4."),
    Argument("format", "string", "mid by default.", _SCORES),
    _NAME,
)
_GENERATE = (
    *PICTURE,
    _GENRE,
    _SEED,
    _SECONDS,
    Argument("alpha", "number", "Strength: how far the picture moves the music; by default what suits the engine."),
    Argument("engine", "string", "flow by default; compose plays a score of the picture's own.", ENGINES),
    Argument("loop", "boolean", "Whole bars that repeat without a seam."),
    Argument("mono", "boolean", "One channel instead of two."),
    Argument("choose", "string", "How the known music is chosen; mood by default.", CHOICES),
    *_WISHES,
    Argument("format", "string", "wav by default; mp4 is a film of the picture.", FORMATS),
    Argument("midi", "boolean", "Write the score that is played, too; means the engine compose."),
    Argument("stems", "boolean", "Write drums, bass, harmony and melody, too; means the engine compose."),
    _NAME,
)


@dataclass(frozen=True)
class Result:
    """What a tool found, as JSON, and the files that it wrote."""

    facts: dict[str, Any]
    files: tuple[Path, ...] = ()

    def media_type(self, file: Path) -> str:
        """The MIME type of one of the files."""
        return MEDIA_TYPES.get(file.suffix.removeprefix("."), "application/xml")


@dataclass(frozen=True)
class Tool:
    """A tool: its name, what it does, its arguments, and the function of their values."""

    name: str
    about: str
    arguments: tuple[Argument, ...]
    do: Callable[[dict[str, Any]], Result]
    writes: bool = True

    @property
    def schema(self) -> dict[str, Any]:
        """The arguments in JSON Schema."""
        return schema_of(self.arguments)


class Tools:
    """The tools by name, on the models in a folder, by default the bundled ones. One call is served at a time.

    Raises `ModelError` when there are no models in the folder.
    """

    def __init__(self, out: OutFolder, models: Path | None = None) -> None:
        self._out, self._img2music, self._one = out, Img2Music(models), threading.Lock()
        tools = (
            Tool(
                "classify",
                "The genre that a picture looks like, and the words on it.",
                PICTURE,
                self._classify,
                False,
            ),
            Tool("compose", "Composes a score for a picture, or for a genre, and writes it.", _COMPOSE, self._compose),
            Tool("generate", "Makes music that fits a picture and writes it as a file.", _GENERATE, self._generate),
        )
        self.all = {tool.name: tool for tool in tools}
        self._img2music.genres()  # says at once whether there are models

    def call(self, name: str, given: Mapping[str, object]) -> Result:
        """Do what an agent asks. Raises `Img2MusicError` with one line for whatever is wrong with it."""
        if name not in self.all:
            raise OptionError(f"There is no tool '{name[:40]}'; there are {', '.join(self.all)}.")
        tool = self.all[name]
        values = read_arguments(name, tool.arguments, given)
        with self._one:
            result = tool.do(values)
        return Result(json.loads(json.dumps(result.facts)), result.files)

    def close(self, patience: float) -> None:
        """Wait until the call in progress is done, `patience` s at most, and serve none any more."""
        self._one.acquire(timeout=patience)

    def _classify(self, values: dict[str, Any]) -> Result:
        seen = self._img2music.classify(needed_picture("classify", values).image)
        names = [str(name) for name in seen.names]
        facts: dict[str, Any] = {"genre": seen.genre, "sure": seen.sure, "probabilities": seen.probabilities}
        facts |= {"words": seen.words, "names": names}
        return Result(facts if seen.other is None else facts | {"looks_like": seen.other})

    def _compose(self, values: dict[str, Any]) -> Result:
        picture, name, format = picture_in(values), values.pop("name", None), values.pop("format", MIDI)
        wishes, image = _wishes_in(values), None if picture is None else picture.image
        made = composition_for(image, wishes, **values, models=self._img2music.models.folder)
        (path,) = self._out.keep(stem_of(picture, name, "score"), {f".{format}": encoded(made.score, format)})
        return Result({"file": str(path)} | made.as_dict(), (path,))

    def _generate(self, values: dict[str, Any]) -> Result:
        picture, name = needed_picture("generate", values), values.pop("name", None)
        midi, stems = values.pop("midi", False), values.pop("stems", False)
        if midi or stems:
            values.setdefault("engine", COMPOSE)
            if values["engine"] != COMPOSE:
                raise OptionError(f"midi and stems need the engine compose, not {values['engine']}; leave one out.")
        request = Request(wishes=_wishes_in(values), **values)
        snippet = self._img2music.play(picture.image, request, request.genre)
        files = {f".{request.format}": request.encoded(snippet, picture)}
        if midi and snippet.score is not None:
            files[f".{MIDI}"] = snippet.score.to_midi()
        if stems:
            suffix = SOUNDS[0] if request.format == VIDEO else request.format
            for part, stem in self._img2music.stems(snippet).items():
                files[f"-{part}.{suffix}"] = stem.encoded(suffix)
        music, *beside = self._out.keep(stem_of(picture, name, "music"), files)
        facts: dict[str, Any] = {"file": str(music), "beside": list(map(str, beside)), "genre": snippet.genre}
        facts |= {"probabilities": snippet.probabilities, "seconds": snippet.seconds, "rate": snippet.rate}
        return Result(facts | snippet.provenance.as_dict(), (music, *beside))


def _wishes_in(values: dict[str, Any]) -> Wishes:
    """The wishes among some values, which are taken out."""
    return Wishes(**{wish.name: values.pop(wish.name) for wish in _WISHES if wish.name in values})
