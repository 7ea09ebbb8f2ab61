"""Fuzzing of `load_audio`."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

import numpy as np
import soundfile

from img2music.audio.files.io import load_audio

from ..mutation import mutate
from ..target import FileTarget

_KINDS = (
    ("WAV", "PCM_16"),
    ("WAV", "FLOAT"),
    ("WAV", "IMA_ADPCM"),
    ("WAV", "MS_ADPCM"),
    ("WAVEX", "PCM_24"),
    ("RF64", "PCM_16"),
    ("FLAC", "PCM_16"),
    ("OGG", "VORBIS"),
    ("OGG", "OPUS"),
    ("MP3", "MPEG_LAYER_III"),
    ("AIFF", "PCM_16"),
    ("AIFF", "DOUBLE"),
    ("AU", "PCM_16"),
    ("AU", "ULAW"),
    ("CAF", "PCM_16"),
    ("CAF", "ALAC_16"),
    ("W64", "PCM_16"),
)
_RATES = (48_000, 8_000, 44_101, 383_981, 767_957)
_STREAMED = (0, 2**32 - 1, 2**31 - 1, 2**31, 2**32 - 37)
"""Sizes that programs leave in headers of what they wrote as a stream."""
_BEGINNINGS = (None, None, 0.05, 15.0, 1e9)


class Recordings(FileTarget):
    """Recordings of all formats, mutated, and absurd headers."""

    def __init__(self, folder: Path) -> None:
        tone = 0.3 * np.sin(np.arange(4800) / 20)
        self.seeds = [_stored(np.stack([tone] * (1 + n % 2), 1), 48000, *kind) for n, kind in enumerate(_KINDS)]
        self._beginning: float | None = None
        super().__init__(folder)

    def prepare(self, index: int, random: Random) -> None:
        """As `Target`; some recordings are read in part."""
        super().prepare(index, random)
        self._beginning = random.choice(_BEGINNINGS)

    def made_by_hand(self) -> list[Callable[[], bytes]]:
        """Absurd and unfinished headers, odd rates, and silence that is long or wide but packed to next to nothing."""
        return [
            *(partial(_noise, rate) for rate in _RATES[2:]),
            *(partial(_streamed, data, size) for data in self.seeds for size in _STREAMED),
            *(partial(_wav, *facts) for facts in _FACTS),
            *(partial(bytes, data[:length]) for data in self.seeds for length in (40, len(data) // 2)),
            *(partial(_silence, *facts) for facts in _SILENCES),
        ]

    def mutated(self, random: Random) -> bytes:
        """A mutated recording, or one of a stream or at an odd rate."""
        data = random.choice(self.seeds)
        if random.random() < 0.2:
            data = _streamed(data, random.choice(_STREAMED))
        if random.random() < 0.1:
            data = _noise(random.choice(_RATES))
        return mutate(data, random)

    def run(self) -> None:
        """Read the recording, which holds numbers or nothing."""
        samples = load_audio(self.path, beginning=self._beginning)
        if not np.isfinite(samples).all() or samples.ndim != 1 or samples.dtype != np.float32:
            raise AssertionError(f"{samples.dtype} {samples.shape} or not finite")


_FACTS = (
    # channels, rate, bits, size that the header tells
    (0, 44100, 16, 1000),
    (65535, 44100, 16, 2**32 - 1),
    (1, 2**32 - 1, 16, 2**32 - 1),
    (1, 0, 16, 1000),
    (2, 44100, 0, 1000),
    (1, 384_000, 8, 2**27),
    (1, 44100, 16, 2**31),
    (1024, 384_000, 32, 2**32 - 1),
)


_SILENCES = (
    # samples, channels, rate, format, subtype
    (57 * 10**6, 1, 384_000, "FLAC", "PCM_16"),
    (7 * 10**6, 8, 44_100, "FLAC", "PCM_16"),
    (599 * 48_000, 1, 48_000, "OGG", "VORBIS"),
    (599 * 48_000, 1, 48_000, "MP3", "MPEG_LAYER_III"),
)


def _noise(rate: int) -> bytes:
    return _stored(np.random.default_rng(rate).uniform(-1, 1, (rate // 5, 1)), rate, "WAV", "PCM_16")


def _streamed(data: bytes, size: int) -> bytes:
    """A recording with a size in place of those of the file, its samples and whatever else is stored there."""
    changed = bytearray(data)
    for name, order in ((b"RIFF", "<I"), (b"data", "<I"), (b"ds64", "<I"), (b".snd", ">I"), (b"SSND", ">I")):
        place = changed.find(name)
        if place >= 0:
            changed[place + 4 : place + 8] = struct.pack(order, size)
    return bytes(changed)


def _silence(length: int, channels: int, *kind: object) -> bytes:
    return _stored(np.zeros((length, channels), np.int16), *kind)


def _wav(channels: int, rate: int, bits: int, size: int) -> bytes:
    facts = struct.pack("<HHIIHH", 1, channels, rate, 2**31, (channels * bits // 8) % 65536, bits)
    chunks = b"fmt " + struct.pack("<I", len(facts)) + facts + b"data" + struct.pack("<I", size) + bytes(4000)
    return b"RIFF" + struct.pack("<I", 2**32 - 1) + b"WAVE" + chunks


def _stored(samples: np.ndarray, rate: int, format: str, subtype: str) -> bytes:
    buffer = io.BytesIO()
    with soundfile.SoundFile(buffer, "w", rate, samples.shape[1], subtype, format=format) as file:
        for start in range(0, len(samples), 4096):
            file.write(samples[start : start + 4096])
    return buffer.getvalue()
