"""How much of a recording to read, and the limits of what is read at all."""

from __future__ import annotations

import math
from dataclasses import dataclass

from img2music.audio.resampling import look_ahead
from img2music.errors import AudioError

MAX_VALUES = 58 * 10**6
"""Most samples over all channels; ten minutes of stereo at 48 kHz have fewer."""
RATES = range(1_000, 768_001)
"""Hz."""


@dataclass(frozen=True)
class Extent:
    """How much of a recording called `name` to read: all of it, at most `seconds` long, or its first `seconds`.

    For resampling to `rate` Hz, a beginning is read a little further than that, as far as the filter looks ahead.
    """

    name: str
    seconds: float
    whole: bool
    rate: int | None

    def frames(self, rate: int, channels: int) -> int:
        """Samples per channel to read at `rate` Hz; of a whole recording one more, to see whether it is too long."""
        frames = math.ceil(self.seconds * rate)
        more = look_ahead(rate, self.rate) if self.rate and not self.whole else 1
        return min(frames + more, MAX_VALUES // channels + 1)

    def check_rate(self, rate: int) -> None:
        """Raise `AudioError` unless the rate in Hz is within `RATES`."""
        if rate not in RATES:
            raise AudioError(f"{self.name} has a rate of {rate} Hz; save it at 44100 Hz.")

    def check_size(self, frames: int, rate: int, channels: int) -> None:
        """Raise `AudioError` when `frames` samples of `channels` channels are beyond the limits."""
        if self.whole and frames > self.seconds * rate:
            raise AudioError(f"{self.name} is longer than {self.seconds:g} s; cut it shorter.")
        if (frames if self.whole else min(frames, self.frames(rate, channels))) * channels > MAX_VALUES:
            raise AudioError(f"{self.name} is too large with {channels} channels; save it as stereo at 44100 Hz.")
