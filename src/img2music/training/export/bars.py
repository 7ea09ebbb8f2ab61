"""Where bars begin in clips: as their composer says, or as a beat tracker hears it."""

from __future__ import annotations

import librosa
import numpy as np

from img2music.audio.files.io import load_audio
from img2music.audio.stft import RATE
from img2music.data.clips.clip import Clip

BEATS = 4
_BASS = 150.0  # Hz; below it bass and kick mark the first beat


def bar_starts(clip: Clip, seconds: float) -> list[float]:
    """Beginnings of bars in the first `seconds` of a clip, in s, empty where no beat is heard.

    The tracker takes four beats to a bar, and for the first beat the one with most bass.
    """
    bars = clip.bars or tracked_bar_starts(load_audio(clip.path, RATE)[: round(seconds * RATE)])
    return [round(float(bar), 3) for bar in bars if bar < seconds]


def tracked_bar_starts(samples: np.ndarray) -> list[float]:
    """Beginnings of bars heard in samples `(T,)` at 22,050 Hz, in s."""
    _, beats = librosa.beat.beat_track(y=samples, sr=RATE, units="frames")
    if len(beats) < 2 * BEATS:
        return []
    bass = librosa.onset.onset_strength(y=samples, sr=RATE, fmax=_BASS, n_mels=8)
    first = max(range(BEATS), key=lambda beat: float(bass[np.minimum(beats[beat::BEATS], len(bass) - 1)].mean()))
    return librosa.frames_to_time(beats[first::BEATS], sr=RATE).tolist()
