"""Reading recordings nobody vouches for."""

from pathlib import Path

import numpy as np
import soundfile

from img2music.errors import AudioError
from img2music.files import regular_file_size
from img2music.resampling import resample

FORMATS = ("WAV", "WAVEX", "RF64", "FLAC", "OGG", "MP3", "AIFF", "AU")
SUFFIXES = frozenset({".wav", ".flac", ".ogg", ".mp3", ".au", ".aiff", ".aif"})
"""What counts as a recording in a folder."""
MIN_SECONDS = 0.1
MAX_VALUES = 58 * 10**6  # samples over all channels; ten minutes of stereo at 48 kHz are below
LARGEST_SAMPLE = 2.0**32
"""Full scale is 1; that of whole numbers of 32 bits will do, too."""
RATES = range(1_000, 384_001)  # Hz


def load_audio(path: str | Path, rate: int = 22050, max_seconds: float = 600.0) -> np.ndarray:
    """Return the recording in a WAV, FLAC, Ogg, MP3, AIFF or AU file as mono (T,) float32 at ``rate`` Hz.

    Channels are averaged; full scale is -1..1.

    Raises AudioError when the file is missing, in another format, damaged, shorter than 0.1 s or longer
    than ``max_seconds``, too large to decode, has a sampling rate outside 1 to 384 kHz, or holds values
    that are not numbers or out of all measure. Length and size are checked before anything is decoded.
    """
    if regular_file_size(Path(path), AudioError) == 0:
        raise AudioError(f"{path} is empty; choose another recording.")
    try:
        # Infinities of both signs would warn here; they are refused below.
        with soundfile.SoundFile(path) as recording, np.errstate(all="ignore"):
            _check_header(recording, path, max_seconds)
            rate_from = recording.samplerate
            # At once, as soundfile seeks after each read, which makes an MP3 stumble.
            channels = recording.read(dtype="float32", always_2d=True)
            samples = channels[:, 0] if channels.shape[1] == 1 else channels.mean(axis=1)
    except MemoryError as problem:
        raise AudioError(f"{path} does not fit in memory; cut it shorter.") from problem
    except (soundfile.SoundFileError, OSError, TypeError, ValueError) as problem:
        raise AudioError(f"{path} is not a recording that can be read; save it as WAV or FLAC.") from problem
    if len(samples) < MIN_SECONDS * rate_from:
        raise AudioError(f"{path} is shorter than {MIN_SECONDS} s; choose a longer recording.")
    if not float(np.abs(samples).max()) <= LARGEST_SAMPLE:  # also when one is not a number
        raise AudioError(f"{path} holds samples that are not finite numbers of usual size; save it anew as 16-bit WAV.")
    return resample(samples, rate_from, rate)


def _check_header(recording: soundfile.SoundFile, path: str | Path, max_seconds: float) -> None:
    if recording.format not in FORMATS:
        raise AudioError(f"{path} is in an unusual format ({recording.format}); save it as WAV or FLAC.")
    if recording.samplerate not in RATES:
        raise AudioError(f"{path} has a rate of {recording.samplerate} Hz; save it at 44100 Hz.")
    if recording.frames > max_seconds * recording.samplerate:
        raise AudioError(f"{path} is longer than {max_seconds:g} s; cut it shorter.")
    if recording.frames * recording.channels > MAX_VALUES:
        raise AudioError(f"{path} is too large with {recording.channels} channels; save it as stereo at 44100 Hz.")
