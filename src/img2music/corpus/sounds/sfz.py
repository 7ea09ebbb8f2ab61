"""Sampled instruments in SFZ files: which recording sounds for which key and how hard it is struck.

Of the format (https://sfzformat.com) what such instruments need is read: regions in groups, keys, velocities, tuning,
volume and release.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
import soundfile
from scipy import signal

from img2music.corpus.tones import Tone

_HEADER = re.compile(r"<(\w+)>")
_OPCODE = re.compile(r"(\w+)=(.*?)(?=\s+\w+=|\s*$)")
_MACRO = re.compile(r"#define\s+(\$\w+)\s+(\S+)")
_INCLUDE = re.compile(r'#include\s+"(.+)"')
_SCOPES = ("control", "global", "master", "group", "region")
_NAMES = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_LONGEST = 12.0  # s of a recording that are used


@dataclass(frozen=True)
class Region:
    """One recording: the keys and velocities that it is for, its own key, level in dB, release in s."""

    sample: Path
    low_key: int
    high_key: int
    key: int
    low_velocity: int
    high_velocity: int
    volume: float
    tune: float
    release: float


@dataclass(frozen=True)
class SampledInstrument:
    """An instrument of several recordings for each key."""

    regions: tuple[Region, ...]
    _by_tone: dict[tuple[int, int], Region] = field(default_factory=dict, compare=False)

    def region(self, pitch: int, velocity: int) -> Region:
        """The recording for a key and how hard it is struck; the nearest one outside its range."""
        if (pitch, velocity) not in self._by_tone:
            self._by_tone[pitch, velocity] = min(
                self.regions,
                key=lambda one: (
                    _outside(pitch, one.low_key, one.high_key),
                    _outside(velocity, one.low_velocity, one.high_velocity),
                    abs(pitch - one.key),
                ),
            )
        return self._by_tone[pitch, velocity]


def play(tones: Sequence[Tone], instrument: SampledInstrument, total: int, rate: int) -> np.ndarray:
    """Notes on a sampled instrument for `total` samples at `rate` Hz, `(total, 2)`."""
    out = np.zeros((total, 2))
    for tone in tones:
        region = instrument.region(tone.pitch, tone.velocity)
        sound = _pitched(region.sample, round(100 * (tone.pitch - region.key) + region.tune), rate)
        start, held = int(tone.start * rate), int(tone.length * rate)
        released = int(region.release * rate)
        count = min(len(sound), held + released, total - start)
        if count <= 0:
            continue
        gate = np.clip((held + released - np.arange(count)) / max(released, 1), 0, 1) ** 2
        # between its layers an instrument still gets louder
        middle = (region.low_velocity + region.high_velocity) / 2
        gain = 10 ** (region.volume / 20) * (tone.velocity / max(middle, 1)) ** 0.7
        out[start : start + count] += gain * gate[:, None] * sound[:count]
    return out


@lru_cache(maxsize=8)
def read_sfz(path: Path) -> SampledInstrument:
    """Read an instrument. Raises OSError and ValueError when it is missing or has no region."""
    regions: list[dict[str, str]] = []
    scopes: dict[str, dict[str, str]] = {name: {} for name in _SCOPES}
    scope = ""
    for token in _tokens(path):
        if isinstance(token, tuple):
            scopes.setdefault(scope, {})[token[0]] = token[1]
            continue
        if scope == "region":
            regions.append(_merged(scopes))
        scope = token
        for inner in _SCOPES[_SCOPES.index(scope) :] if scope in _SCOPES else (scope,):
            scopes[inner] = {}
    if scope == "region":
        regions.append(_merged(scopes))
    found = tuple(_region(opcodes, path.parent) for opcodes in regions if "sample" in opcodes and _sounds(opcodes))
    if not found:
        raise ValueError(f"{path} names no recordings")
    return SampledInstrument(found)


def _tokens(path: Path) -> list[str | tuple[str, str]]:
    """Headers as words, opcodes as pairs, in their order, with what a file includes."""
    tokens: list[str | tuple[str, str]] = []
    for line in _lines(path, path.parent, {}):
        for number, piece in enumerate(_HEADER.split(line)):
            if number % 2:
                tokens.append(piece)
            else:
                tokens += [(name, value.strip()) for name, value in _OPCODE.findall(piece)]
    return tokens


def _lines(path: Path, root: Path, macros: dict[str, str]) -> Iterator[str]:
    """Lines of a file and of those that it includes, with macros as they are defined at the place."""
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        line = line.split("//")[0].strip()
        if defined := _MACRO.fullmatch(line):
            macros[defined[1]] = defined[2]
            continue
        for name in sorted(macros, key=len, reverse=True):
            line = line.replace(name, macros[name])
        if included := _INCLUDE.fullmatch(line):
            yield from _lines(root / included[1], root, macros)
        else:
            yield line


def _merged(scopes: dict[str, dict[str, str]]) -> dict[str, str]:
    return {name: value for scope in _SCOPES for name, value in scopes[scope].items()}


def _sounds(opcodes: dict[str, str]) -> bool:
    """Whether a region sounds when a key goes down; others are noises of its release and pedals."""
    return opcodes.get("trigger", "attack") == "attack" and opcodes.get("on_locc64") is None


def _region(opcodes: dict[str, str], folder: Path) -> Region:
    key = _key(opcodes.get("pitch_keycenter", opcodes.get("key", "60")))
    low, high = (_key(opcodes.get(name, opcodes.get("key", str(key)))) for name in ("lokey", "hikey"))
    return Region(
        folder / (opcodes.get("default_path", "") + opcodes["sample"]).replace("\\", "/"),
        low,
        high,
        key,
        int(opcodes.get("lovel", 0)),
        int(opcodes.get("hivel", 127)),
        float(opcodes.get("volume", 0)),
        float(opcodes.get("tune", 0)),
        min(max(float(opcodes.get("ampeg_release", 0.3)), 0.05), 1.0),
    )


def _key(text: str) -> int:
    """A key by number or by name, such as 60 and c4."""
    if text.lstrip("-").isdigit():
        return int(text)
    named = re.fullmatch(r"([a-g])([#b]?)(-?\d+)", text.lower())
    if named is None:
        raise ValueError(f"no key is called {text}")
    name, sharp, octave = named.groups()
    return _NAMES[name] + {"": 0, "#": 1, "b": -1}[sharp] + 12 * (int(octave) + 1)


def _outside(value: int, low: int, high: int) -> int:
    return max(low - value, value - high, 0)


@lru_cache(maxsize=600)
def _pitched(sample: Path, cents: int, rate: int) -> np.ndarray:
    """A recording so many cents higher, `(T, 2)` float32."""
    sound, own = soundfile.read(sample, dtype="float32", always_2d=True, frames=-1)
    sound = np.repeat(sound, 2, axis=1)[:, :2] if sound.shape[1] == 1 else sound[:, :2]
    sound = sound[: round(_LONGEST * own)]
    count = round(len(sound) * rate / own / 2 ** (cents / 1200))
    return sound if count == len(sound) else signal.resample(sound, count).astype(np.float32)
