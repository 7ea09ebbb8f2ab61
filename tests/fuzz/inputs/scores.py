"""Fuzzing of MIDI files to play: our own mutated, and such as no program would write."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from random import Random

import numpy as np

from img2music.arranging import take_for
from img2music.composition.brief import Brief
from img2music.composition.compose import compose
from img2music.composition.reading.score_file import ScoreFile
from img2music.genres import GENRES
from img2music.options import LONGEST, Options
from img2music.synthesis.conditions import Conditioner

from ..mutation import mutate
from ..target import FileTarget

_PACE = 22_050 / 512
_HEAD = b"MThd\0\0\0\6\0\1\0\1\1\xe0"


class Scores(FileTarget):
    """MIDI files that `generate --score` plays."""

    name = "input.mid"

    def made_by_hand(self) -> list[Callable[[], bytes]]:
        """Times without end, notes without number, tracks that lie about their length, and none at all."""
        tracks = (
            b"\0\x90\x3c\x40\xff\xff\xff\x7f\x80\x3c\0",  # a note for weeks
            b"\0\xff\x51\3\0\0\0\0\x90\x3c\x40\1\x80\x3c\0",  # at endless speed
            b"\0\xff\x51\3\xff\xff\xff\0\x90\x3c\x40\1\x80\x3c\0",
            b"\0\xff\x58\4\1\4\1\1\0\x90\x3c\x40\1\x80\x3c\0",  # bars of a sixteenth
            b"\0\x90\x3c\x40" + b"\1\x90\x3c\x40" * 100_000,
            b"".join(b"\0\x90%c\x40" % pitch for pitch in range(128)) * 500,
            b"\0\x99\x00\x01\1\x89\x7f\x7f",
            b"\x84\0\x90\x3c\x40\x84\0\x80\x3c\0" * 7200,
        )
        texts = [_HEAD + b"MTrk" + len(track).to_bytes(4, "big") + track for track in tracks]
        texts += [_HEAD + b"MTrk\xff\xff\xff\xff" + tracks[0], _HEAD + b"MTrk\0\0\0\0" * 50_000, _HEAD, b""]
        return [partial(bytes, text) for text in texts]

    def mutated(self, random: Random) -> bytes:
        """One of our own that is not quite one."""
        return mutate(_own(random.randrange(8)), random)

    def run(self) -> None:
        """Read it, and give networks what they would be given of it."""
        random = Random(self.path.stat().st_size)
        seconds = random.choice((None, 1.0, 15.0, 120.0))
        options = Options(engine="compose", seconds=seconds, loop=random.random() < 0.3, score=self.path)
        score = ScoreFile.read(self.path).score(random.choice(GENRES), seconds or LONGEST)
        take = take_for(score, options, _PACE)
        assert 0 < take.seconds <= LONGEST
        conditions = Conditioner(take.performance, _PACE)(0, 64)
        assert all(np.isfinite(values).all() for values in (conditions.rolls, conditions.parts, conditions.piece))
        assert score.to_midi()


@cache
def _own(seed: int) -> bytes:
    return compose(Brief(GENRES[seed % len(GENRES)], seed=seed, seconds=8.0)).to_midi()
