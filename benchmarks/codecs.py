"""Round trips through audio codecs, by ffmpeg."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile

from img2music.audio.stft import RATE

CODECS = {
    "opus": ("libopus", "opus", (6, 12, 24)),
    "mp3": ("libmp3lame", "mp3", (8, 16, 24)),  # MP3 at this sample rate begins at 8 kbit/s
}
"""By name: ffmpeg's encoder, the suffix of its files, and rates in kbit/s."""


def available() -> bool:
    """Whether there is an ffmpeg."""
    return shutil.which("ffmpeg") is not None


def round_trip(samples: np.ndarray, codec: str, kbits: int) -> tuple[np.ndarray, float]:
    """Samples `(T,)` at 22,050 Hz as they come back, and kbit/s of the file between."""
    encoder, suffix, _ = CODECS[codec]
    with tempfile.TemporaryDirectory() as folder:
        before, between, after = (Path(folder, name) for name in ("before.wav", f"between.{suffix}", "after.wav"))
        soundfile.write(before, samples, RATE)
        _ffmpeg(before, "-c:a", encoder, "-b:a", f"{kbits}k", between)
        _ffmpeg(between, "-ar", RATE, "-ac", 1, after)
        heard, _ = soundfile.read(after, dtype="float32")
        rate = 8e-3 * between.stat().st_size * RATE / len(samples)
    return heard[: len(samples)], rate


def _ffmpeg(source: Path, *arguments: object) -> None:
    command = ["ffmpeg", "-loglevel", "error", "-y", "-i", source, *arguments]
    subprocess.run(list(map(str, command)), check=True, stdin=subprocess.DEVNULL)
