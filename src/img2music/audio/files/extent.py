"""How much of a recording is wanted, and how much is too much."""

from __future__ import annotations

import math
from dataclasses import dataclass

from img2music.audio.resampling import look_ahead
from img2music.errors import AudioError

MAX_VALUES = 58 * 10**6
"""Samples over all channels; ten minutes of stereo at 48 kHz are below."""
RATES = range(1_000, 768_001)
"""Hz."""


@dataclass(frozen=True)
class Extent:
    """The whole of a recording called ``name``, which may last ``seconds``, or just its first ``seconds``.

    Of a beginning there is more than that: what resampling to ``rate`` Hz, if that is given, looks ahead at.
    """

    name: str
    seconds: float
    whole: bool
    rate: int | None

    def frames(self, rate: int, channels: int) -> int:
        """Return how many samples of each channel to read at ``rate`` Hz; of the whole, one that is too many."""
        frames = math.ceil(self.seconds * rate)
        more = look_ahead(rate, self.rate) if self.rate and not self.whole else 1
        return min(frames + more, MAX_VALUES // channels + 1)

    def check_rate(self, rate: int) -> None:
        """Raise AudioError unless the rate in Hz is one that music has."""
        if rate not in RATES:
            raise AudioError(f"{self.name} has a rate of {rate} Hz; save it at 44100 Hz.")

    def check_size(self, frames: int, rate: int, channels: int) -> None:
        """Raise AudioError when so many samples of so many channels are more than may be read."""
        if self.whole and frames > self.seconds * rate:
            raise AudioError(f"{self.name} is longer than {self.seconds:g} s; cut it shorter.")
        if (frames if self.whole else min(frames, self.frames(rate, channels))) * channels > MAX_VALUES:
            raise AudioError(f"{self.name} is too large with {channels} channels; save it as stereo at 44100 Hz.")
