"""Log-spectral distance between recordings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from img2music.audio.files.io import load_audio
from img2music.audio.files.sounds import Sounds
from img2music.audio.stft import RATE, magnitude
from img2music.errors import OptionError
from img2music.genres import GENRES


def log_spectral_error(original: np.ndarray, reconstruction: np.ndarray) -> float:
    """Mean absolute difference, dB, between the log magnitudes of two recordings `(T,)` at 22,050 Hz.

    Log magnitudes are 20 log10(|X| + 0.001) of the transform in `img2music.audio.stft`; of recordings of different
    length what both have is compared. Raises ValueError when one is empty.
    """
    length = min(len(original), len(reconstruction))
    if length == 0:
        raise ValueError("an empty recording has no spectrum")
    first, second = (20 * np.log10(magnitude(x[:length]) + 1e-3) for x in (original, reconstruction))
    return float(np.abs(first - second).mean(dtype=np.float64))


@dataclass(frozen=True)
class LogSpectralErrors:
    """The mean `log_spectral_error` of a set of recordings, dB, and the same of those in each genre's folder."""

    log_spectral: float
    log_spectral_genres: dict[str, float]


def log_spectral_errors(originals: Path, reconstructions: Path | Sounds) -> LogSpectralErrors:
    """The errors of the files of `reconstructions`, each against the file of its name below `originals`.

    Raises OptionError when there is nothing to compare, AudioError when a recording cannot be read.
    """
    sounds = reconstructions if isinstance(reconstructions, Sounds) else _sounds(reconstructions)
    names = [path.relative_to(sounds.folder) for path in sounds.files]
    if not names:
        raise OptionError(f"{sounds.folder} holds no WAV files; give the folder of the reconstructions.")
    errors = {
        name: log_spectral_error(load_audio(originals / name, RATE), load_audio(sounds.folder / name, RATE))
        for name in names
    }
    genres = {genre: [errors[name] for name in names if name.parent.name == genre] for genre in GENRES}
    return LogSpectralErrors(
        float(np.mean(list(errors.values()))),
        {genre: float(np.mean(found)) for genre, found in genres.items() if found},
    )


def _sounds(folder: Path) -> Sounds:
    return Sounds.below(folder) if folder.is_dir() else Sounds(folder, ())
