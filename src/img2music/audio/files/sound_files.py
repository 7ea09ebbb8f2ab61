"""Recordings in the formats of libsndfile."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import BinaryIO

import numpy as np
import soundfile

from img2music.audio.files.extent import Extent
from img2music.audio.files.open_sizes import PatchedFile, size_patches
from img2music.errors import AudioError

FORMATS = ("WAV", "WAVEX", "RF64", "FLAC", "OGG", "MP3", "AIFF", "AU", "CAF", "W64")
"""What may be read; libsndfile supports more formats, which are rare and little tested."""
SUFFIXES = frozenset(
    {".wav", ".wave", ".rf64", ".w64", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".mp2", ".aiff", ".aif", ".aifc"}
    | {".au", ".snd", ".caf"}
)
_UNKNOWN = 2**62
"""Frames from which a length counts as unknown; libsndfile reports about 2**63 for such FLAC files."""


def read_sound_file(file: BinaryIO, path: Path, extent: Extent) -> tuple[np.ndarray, int]:
    """The wanted part of an open file, which lies at `path`, `(T, C)` float32, and its rate in Hz.

    Raises `AudioError` before decoding when its format, rate, length or size is beyond the limits, and what
    soundfile raises when it cannot be.
    """
    patches = size_patches(file)
    file.seek(0)
    if patches:
        patched = PatchedFile(file, patches)
        try:
            return _read(patched, extent)
        finally:
            if patched.problem:
                raise patched.problem
    return _read(_name_or_descriptor(file, path), extent)


def _name_or_descriptor(file: BinaryIO, path: Path) -> str | int:
    """The name of an open file, or its descriptor if its name is no text, which soundfile cannot take."""
    try:
        os.fspath(path).encode(sys.getfilesystemencoding())
    except UnicodeEncodeError:
        return file.fileno()
    return os.fspath(path)


def _read(source: PatchedFile | int | str, extent: Extent) -> tuple[np.ndarray, int]:
    with soundfile.SoundFile(source, closefd=False) as recording:
        if recording.format not in FORMATS:
            raise AudioError(f"{extent.name} is in an unusual format ({recording.format}); save it as WAV or FLAC.")
        rate, channels = recording.samplerate, recording.channels
        extent.check_rate(rate)
        most = extent.frames(rate, channels)
        if recording.frames < _UNKNOWN:
            extent.check_size(recording.frames, rate, channels)
            # At once, as soundfile seeks after each read, which makes an MP3 stumble.
            samples = recording.read(most, dtype="float32", always_2d=True)
        else:
            samples = _read_to_the_end(recording, most)
    extent.check_size(len(samples), rate, channels)
    return samples, rate


def _read_to_the_end(recording: soundfile.SoundFile, most: int) -> np.ndarray:
    """Samples (T, C) of a FLAC stream of unknown length, which soundfile cannot go on from when it has ended."""
    samples = np.full((most, recording.channels), np.nan, np.float32)
    try:
        recording.read(out=samples)
    except soundfile.SoundFileError:
        samples = samples[: np.count_nonzero(~np.isnan(samples[:, 0]))]
        if not len(samples):
            raise
    return samples
