"""Fuzzing of what reads containers, in this process: it watches itself better than a further one."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

import av
import numpy as np

from img2music.audio.files.container_worker import NoSoundError, unpack
from img2music.audio.files.containers import HEAD, container_of
from img2music.errors import AudioError

from ..mutation import mutate
from ..target import FileTarget

_SECONDS, _VALUES = 20.0, 4 * 10**6
_KINDS = (
    ("ipod", "aac", 44_100),
    ("ipod", "alac", 44_100),
    ("mov", "pcm_s16le", 44_100),
    ("mp4", "libmp3lame", 44_100),
    ("matroska", "flac", 44_100),
    ("webm", "libopus", 48_000),
    ("webm", "libvorbis", 44_100),
    ("asf", "wmav2", 44_100),
    ("adts", "aac", 44_100),
    ("ogg", "flac", 44_100),
    ("ogg", "libspeex", 16_000),
    ("wv", "wavpack", 44_100),
)


class Containers(FileTarget):
    """Songs in containers, mutated, in part behind their indices, which are what a reader trusts most."""

    def __init__(self, folder: Path) -> None:
        kinds = [kind for kind in _KINDS if kind[1] in av.codecs_available]
        self.seeds = [_song(*kind, fragmented) for kind in kinds for fragmented in {False, kind[0] == "ipod"}]
        super().__init__(folder)

    def made_by_hand(self) -> list[Callable[[], bytes]]:
        """Cut songs, and indices that tell of billions of samples."""
        return [
            *(partial(bytes, data[:length]) for data in self.seeds for length in (64, len(data) // 2, len(data) - 9)),
            *(
                partial(_count, data, table, count)
                for data in self.seeds
                for table in (b"stsz", b"stts", b"stco", b"stsc", b"elst")
                for count in (2**16, 2**24, 2**31 - 1, 2**32 - 1)
                if table in data
            ),
        ]

    def mutated(self, random: Random) -> bytes:
        """A mutated song."""
        data = random.choice(self.seeds)
        if random.random() < 0.4 and b"moov" in data:
            place = data.index(b"moov")
            return data[:place] + mutate(data[place:], random)
        return mutate(data, random)

    def run(self) -> None:
        """Unpack the song as the process does that reads containers."""
        with self.path.open("rb") as file:
            container = container_of(file.read(HEAD))
            if container is None:
                raise AudioError("That is no container.")
            try:
                pieces = list(unpack(file, container, _SECONDS, _VALUES))
            except NoSoundError as problem:
                raise AudioError("That has no sound to read.") from problem
        size = sum(map(len, pieces[1:]))
        if size > 4 * _VALUES:
            raise AssertionError(f"{size} bytes of samples")


def _song(container: str, codec: str, rate: int, fragmented: bool) -> bytes:
    buffer = io.BytesIO()
    options = {"movflags": "frag_keyframe+empty_moov"} if fragmented else {}
    with av.open(buffer, "w", format=container, options=options) as file:
        stream = file.add_stream(codec, rate, layout="mono", bit_rate=64_000)
        tone = (0.3 * np.sin(np.arange(rate // 2) / 20)).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(tone[np.newaxis], "fltp", "mono")
        frame.rate, frame.pts = rate, 0
        for piece in av.AudioResampler(stream.format.name, "mono", rate, stream.frame_size or 4096).resample(frame):
            file.mux(stream.encode(piece))
        file.mux(stream.encode(None))
    return buffer.getvalue()


def _count(data: bytes, table: bytes, count: int) -> bytes:
    """A song one of whose tables is said to have so many rows; that of sizes then has one for all samples."""
    changed = bytearray(data)
    place = changed.index(table) + 8
    if table == b"stsz":
        changed[place : place + 4] = (1).to_bytes(4, "big")
        place += 4
    changed[place : place + 4] = count.to_bytes(4, "big")
    return bytes(changed)
