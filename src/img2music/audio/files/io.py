"""Reading untrusted recordings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from img2music.audio.files import containers, sound_files
from img2music.audio.files.downmix import to_mono, to_stereo
from img2music.audio.files.extent import Extent
from img2music.audio.files.readable import READABLE
from img2music.audio.resampling import resample
from img2music.errors import AudioError
from img2music.system.files import reason, regular_file_size

SUFFIXES = sound_files.SUFFIXES | containers.SUFFIXES
"""What counts as a recording in a folder."""
MIN_SECONDS = 0.1
MAX_SECONDS = 600.0
LARGEST_SAMPLE = 2.0**32
"""Largest accepted sample. Full scale is 1, or 2**31 where 32-bit integers were stored as floats."""
_LOUDEST = 4.0
"""Samples above this are not at full scale 1: lossy compression overshoots it by less than 12 dB."""


def load_audio(
    path: str | Path, rate: int = 22050, max_seconds: float = MAX_SECONDS, beginning: float | None = None
) -> np.ndarray:
    """A recording as mono (T,) float32 at `rate` Hz, full scale -1..1.

    Its file is WAV (also RF64, and as a stream leaves it), FLAC, Ogg, MP3, AIFF, AU, CAF or W64, or, with the extra
    `export`, a container such as MP4 (M4A), WebM, WMA or AAC. Channels are averaged, or the loudest is taken where
    they cancel each other; samples far beyond full scale are brought to it. With `beginning` no more than that many
    seconds are read and returned, however long the recording is.

    Raises `AudioError` when the file is missing, in another format, damaged, shorter than 0.1 s, longer than
    `max_seconds` without `beginning`, too large to decode, has a sampling rate outside 1 to 768 kHz, holds values
    that are not numbers or out of all measure, or needs the extra. What the header says is checked before anything is
    decoded.
    """
    samples, rate_from = _load(Path(path), max_seconds, beginning, rate)
    result = resample(to_mono(samples), rate_from, rate)
    return result if beginning is None else result[: round(min(beginning, max_seconds) * rate)]


def load_stereo(
    path: str | Path, rate: int = 44100, max_seconds: float = MAX_SECONDS, beginning: float | None = None
) -> np.ndarray:
    """A recording as `load_audio` does, but in two channels (T, 2): one channel is both, and surround sound is mixed
    down as ITU-R BS.775 says."""
    samples, rate_from = _load(Path(path), max_seconds, beginning, rate)
    both = to_stereo(samples)
    result = np.stack([resample(np.ascontiguousarray(channel), rate_from, rate) for channel in both.T], axis=1)
    return result if beginning is None else result[: round(min(beginning, max_seconds) * rate)]


def load_at_own_rate(
    path: str | Path, max_seconds: float = MAX_SECONDS, beginning: float | None = None
) -> tuple[np.ndarray, int]:
    """A recording as `load_audio` does, but at the rate of its file, and that rate in Hz."""
    channels, rate = _load(Path(path), max_seconds, beginning, None)
    samples = to_mono(channels)
    return samples if beginning is None else samples[: round(min(beginning, max_seconds) * rate)], rate


def _load(path: Path, max_seconds: float, beginning: float | None, rate: int | None) -> tuple[np.ndarray, int]:
    """The channels (T, C) of a recording and its rate."""
    if regular_file_size(path, AudioError) == 0:
        raise AudioError(f"{path} is empty; choose another recording.")
    whole = beginning is None
    extent = Extent(str(path), max_seconds if beginning is None else min(beginning, max_seconds), whole, rate)
    try:
        # Infinities of both signs would warn here; they are refused below.
        with np.errstate(all="ignore"):
            samples, rate_from = _read(path, extent)
    except MemoryError as problem:
        raise AudioError(f"{path} does not fit in memory; cut it shorter.") from problem
    except PermissionError as problem:
        raise AudioError(f"Cannot read {path}: {reason(problem)}.") from problem
    except (soundfile.SoundFileError, containers.ContainerError, OSError, TypeError, ValueError) as problem:
        raise AudioError(f"{path} is not a recording that can be read; choose {READABLE}.") from problem
    if len(samples) < MIN_SECONDS * rate_from:
        raise AudioError(f"{path} is shorter than {MIN_SECONDS} s; choose a longer recording.")
    return _at_full_scale(samples, path), rate_from


def _read(path: Path, extent: Extent) -> tuple[np.ndarray, int]:
    """The channels (T, C) of a recording and its rate, by whatever reads its format."""
    with path.open("rb", buffering=0) as file:
        container = containers.container_of(file.read(containers.HEAD))
        if container is None:
            return sound_files.read_sound_file(file, path, extent)
        try:
            return containers.read_container(file, container, extent)
        except containers.MissingReaderError as problem:
            raise AudioError(f"{path} needs PyAV; run: pip install 'img2music[export]'") from problem


def _at_full_scale(samples: np.ndarray, path: Path) -> np.ndarray:
    """The samples, scaled to full scale where they are far beyond it.

    Raises `AudioError` when one is NaN, infinite or absurdly large.
    """
    largest = float(np.abs(samples).max())
    if not largest <= LARGEST_SAMPLE:  # also when one is not a number
        raise AudioError(f"{path} holds samples that are not finite numbers of usual size; save it anew as 16-bit WAV.")
    return samples if largest <= _LOUDEST else samples / np.float32(largest)
