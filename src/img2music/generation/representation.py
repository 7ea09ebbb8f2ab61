"""What a genre's encoder reads and its decoder writes: magnitude spectra, or samples.

Both work on rows of numbers `(F, W)`, a fixed number of rows per latent step. The name of that tensor in the ONNX file
says which representation it is, so that models of both kinds can be used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from img2music.audio.noise_fill import roughen
from img2music.audio.phase import refine, single_pass_phase
from img2music.audio.stft import BINS, HOP, magnitude
from img2music.models.folder import Network


class Representation(Protocol):
    """Conversion between samples and the rows of a network."""

    name: ClassVar[str]
    """Name of the tensor in encoder and decoder."""
    rows_per_step: ClassVar[int]

    @property
    def width(self) -> int:
        """Numbers in a row."""
        ...

    @property
    def step_length(self) -> int:
        """Samples from one latent step to the next."""
        ...

    def steps(self, length: int) -> int:
        """The number of latent steps that decode to at least `length` samples."""
        ...

    def rows(self, samples: np.ndarray) -> np.ndarray:
        """Samples `(T,)` at 22,050 Hz to rows `(F, W)` float32."""
        ...

    def samples(self, rows: np.ndarray) -> np.ndarray:
        """Rows `(F, W)` to samples `(T,)` float32 at 22,050 Hz."""
        ...


@dataclass(frozen=True)
class Magnitudes:
    """Magnitude spectra, two frames of 513 bins per step. Noise texture and phase are reconstructed."""

    name: ClassVar[str] = "magnitudes"
    rows_per_step: ClassVar[int] = 2
    width: int = BINS
    step_length: ClassVar[int] = 2 * HOP

    def steps(self, length: int) -> int:
        """As `Representation`; the last frame only closes the one before it."""
        return -(-length // (self.rows_per_step * HOP)) + 1

    def rows(self, samples: np.ndarray) -> np.ndarray:
        """As `Representation`, `(2 S, 513)`."""
        return magnitude(samples)

    def samples(self, rows: np.ndarray) -> np.ndarray:
        """As `Representation`, `((2 S - 1) · 256,)`."""
        magnitudes = np.ascontiguousarray(rows, np.float32)
        return refine(roughen(magnitudes), single_pass_phase(magnitudes))


@dataclass(frozen=True)
class Waveform:
    """The samples themselves, as in the paper: one row of `width` samples per step."""

    width: int
    name: ClassVar[str] = "samples"
    rows_per_step: ClassVar[int] = 1

    @property
    def step_length(self) -> int:
        """As `Representation`."""
        return self.width

    def steps(self, length: int) -> int:
        """As `Representation`."""
        return -(-length // self.width)

    def rows(self, samples: np.ndarray) -> np.ndarray:
        """As `Representation`, `(S, width)`, the last row padded with zeros."""
        padded = np.zeros((self.steps(len(samples)), self.width), np.float32)
        padded.reshape(-1)[: len(samples)] = samples
        return padded

    def samples(self, rows: np.ndarray) -> np.ndarray:
        """As `Representation`, `(S · width,)`."""
        return np.ascontiguousarray(rows, np.float32).reshape(-1)


def representation_of(network: Network) -> Representation:
    """The representation that an encoder or decoder works in. Raises `ModelError` for any other network."""
    if Magnitudes.name in network.shapes:
        return Magnitudes()
    width = network.shapes.get(Waveform.name, [None])[-1]
    if not isinstance(width, int) or width < 1:
        raise network.misfit()
    return Waveform(width)
