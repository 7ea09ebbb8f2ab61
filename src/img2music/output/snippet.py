"""A snippet of music, and how it is written to a file."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import soundfile

from img2music.audio.resampling import resample
from img2music.errors import AudioError, OptionError
from img2music.output.ogg import with_serial
from img2music.output.provenance import Provenance
from img2music.system.files import atomic_write

if TYPE_CHECKING:
    from img2music.composition.score import Score
    from img2music.output.tags import Tags
    from img2music.synthesis.take import Take

# Parameters of soundfile for each format; the lossy ones favour quality, as snippets are small.
ENCODINGS: dict[str, dict[str, Any]] = {
    "wav": {"format": "WAV", "subtype": "PCM_16"},
    "flac": {"format": "FLAC", "subtype": "PCM_16"},
    "ogg": {"format": "OGG", "subtype": "VORBIS", "compression_level": 0.2},
    "mp3": {
        "format": "MP3",
        "subtype": "MPEG_LAYER_III",
        "bitrate_mode": "VARIABLE",
        "compression_level": 0.0,
    },
}

# libvorbis keeps one write on the stack, so a whole snippet at once could overflow it.
_BLOCK = 4096


@dataclass(frozen=True, eq=False)
class Snippet:
    """A piece of music and how it came about.

    `samples` is `(T,)` for one channel or `(T, 2)` for left and right, as soundfile has them, float32 with full scale
    -1..1 at `rate` Hz; `genre` is the genre played; `probabilities` are those of the genres for the picture, none
    without a picture. A `take` of a score has been played where there is one; `latents` `(C, S)` are what was decoded,
    if the models made it, without those further ones that only a decoder in stereo takes.
    """

    samples: np.ndarray
    rate: int
    genre: str
    probabilities: dict[str, float] = field(default_factory=dict)
    provenance: Provenance = field(default_factory=Provenance)
    take: Take | None = None
    latents: np.ndarray | None = None

    @property
    def score(self) -> Score | None:
        """The score that is heard, None where none was played."""
        return None if self.take is None else self.take.score

    @property
    def seconds(self) -> float:
        """The duration in s."""
        return len(self.samples) / self.rate

    def mono(self, rate: int) -> np.ndarray:
        """The middle of its channels, `(T,)`, at `rate` Hz."""
        middle = self.samples if self.samples.ndim == 1 else self.samples.mean(1)
        return resample(middle, self.rate, rate)

    def save(self, path: str | Path, format: str | None = None, force: bool = False, tags: Tags | None = None) -> Path:
        """Write the music to `path` and return the path.

        `format` is wav or flac (both 16 bits), ogg (Vorbis) or mp3, by default as the suffix of
        the path says. Equal music and tags give equal bytes. An existing file is replaced only with `force`.
        `tags`, which need the extra `export`, become part of the file; without them a comment says what made it.

        Raises `OptionError` for any other format, `AudioError` when the music cannot be encoded, and
        `OutputError` when the file cannot be written; then nothing is left behind.
        """
        path = Path(path)
        data = self.encoded(_check_format(path, format), tags)
        with atomic_write(path, force) as temporary:
            temporary.write_bytes(data)
        return path

    def encoded(self, format: str, tags: Tags | None = None) -> bytes:
        """The bytes of the file that `save` writes; `format` is one of `ENCODINGS`.

        Raises `AudioError` when the music cannot be encoded.
        """
        if tags is None:
            return _encode(self.samples, self.rate, format, self.provenance.mark)
        from img2music.output.tags import tagged

        return tagged(_encode(self.samples, self.rate, format), format, tags)


def fade(samples: np.ndarray, rate: int, seconds_in: float, seconds_out: float) -> np.ndarray:
    """Samples `(T,)` or `(T, C)` at `rate` Hz faded in from silence and out to silence, float32.

    The first `seconds_in` and the last `seconds_out`, each in s and at most the whole length,
    follow half a cosine. Raises `ValueError` when one of them is negative.
    """
    if seconds_in < 0 or seconds_out < 0:
        raise ValueError(f"fades cannot last {seconds_in} and {seconds_out} s")
    faded = np.array(samples, np.float32)
    rise = _ramp(min(round(seconds_in * rate), len(faded)))
    fall = _ramp(min(round(seconds_out * rate), len(faded)))
    faded[: len(rise)].T[...] *= rise
    faded[len(faded) - len(fall) :].T[...] *= fall[::-1]
    return faded


def _ramp(length: int) -> np.ndarray:
    return (0.5 - 0.5 * np.cos(np.pi * np.arange(length) / max(length, 1))).astype(np.float32)


def _check_format(path: Path, format: str | None) -> str:
    name = (path.suffix.removeprefix(".") if format is None else format).lower()
    if name not in ENCODINGS:
        given = f"Unknown sound format '{name}'" if name else f"{path} has no suffix to tell the sound format"
        raise OptionError(f"{given}; choose one of {', '.join(ENCODINGS)}.")
    return name


def _encode(samples: np.ndarray, rate: int, format: str, comment: str = "") -> bytes:
    """A sound file with a comment, in memory, so that a full disk cannot interrupt the encoder.

    Raises `AudioError` when a sample is not a number or the format does not offer the rate.
    """
    if not np.isfinite(samples).all():
        raise AudioError("The music holds samples that are not finite numbers; make it again.")
    values = _to_16_bits(samples) if ENCODINGS[format]["subtype"] == "PCM_16" else samples
    buffer = io.BytesIO()
    try:
        channels = 1 if samples.ndim == 1 else samples.shape[1]
        with soundfile.SoundFile(buffer, "w", rate, channels=channels, **ENCODINGS[format]) as file:
            if comment:
                file.comment = comment
            for start in range(0, len(values), _BLOCK):
                file.write(values[start : start + _BLOCK])
    except soundfile.SoundFileError as problem:
        raise AudioError(f"The music cannot be kept as {format} at {rate} Hz; save it as wav.") from problem
    data = buffer.getvalue()
    return with_serial(data) if format == "ogg" else data


def _to_16_bits(samples: np.ndarray) -> np.ndarray:
    """Samples rounded and clipped to int16; libsndfile would truncate them in WAV."""
    return np.clip(np.rint(samples * 32768.0), -32768, 32767).astype(np.int16)
