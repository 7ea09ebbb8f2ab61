"""Where bars begin in clips: as their composer says, or by their beat."""

from __future__ import annotations

from img2music.audio.descriptors import bar_lines
from img2music.audio.files.io import load_audio
from img2music.audio.stft import RATE
from img2music.data.clips.clip import Clip


def bar_starts(clip: Clip, seconds: float) -> list[float]:
    """Beginnings of bars in the first `seconds` of a clip, in s; none where it has no steady beat."""
    bars = clip.bars or bar_lines(load_audio(clip.path, RATE)[: round(seconds * RATE)])
    return [round(float(bar), 3) for bar in bars if bar < seconds]
