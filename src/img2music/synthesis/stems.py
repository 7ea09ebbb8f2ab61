"""Stems: the sound of each role by itself, by soft masks on the spectrogram of the whole.

The masks add up to one, so that the stems add up to the mix, whatever the network that makes them is worth.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from img2music.audio import stft as spectrogram
from img2music.audio.stft import BINS
from img2music.composition.score import Role
from img2music.models.folder import STEMS, Models
from img2music.stereo import transform
from img2music.synthesis.conditions import ROLES, Conditioner, Conditions
from img2music.synthesis.performance import Performance
from img2music.synthesis.take import AFTER, Take
from img2music.synthesis.windows import crossfaded, windows

NAMES = ("drums", "bass", "harmony", "melody")
"""Of the stems; melody and voice are one."""
FRAMES = 2
"""Of the spectrogram to a latent step."""
_ROUNDING = 0.01
"""By how much a mask may be below 0 or above 1."""
STEM_OF = {role: NAMES.index("melody" if role is Role.VOICE else role.value) for role in Role}
"""The number of the stem that a role is in."""
_ROLES = tuple(Role)
_HIGHEST = BINS // 4
"""Bins below 11 kHz whose masks, on average, are those above it."""


def stem_rolls(conditions: Conditions) -> np.ndarray:
    """The piano rolls of all parts of each stem added up, `(4, S, WIDTH)` float32."""
    found = np.zeros((len(NAMES), *conditions.rolls.shape[1:]), np.float32)
    for roll, number in zip(conditions.rolls, conditions.parts[:, ROLES].argmax(1), strict=True):
        found[STEM_OF[_ROLES[number]]] += roll
    return found


def stems_present(performance: Performance) -> np.ndarray:
    """1 for the stems that have notes, else 0, `(4,)` float32."""
    found = np.zeros(len(NAMES), np.float32)
    for part in np.unique(performance.notes[:, 0]).astype(int):
        found[STEM_OF[_ROLES[performance.role_of(part)]]] = 1
    return found


class StemSeparator:
    """Takes the sound of a performance apart. `pace` is in latent steps a second, `rate` that of the samples in Hz:
    22,050 or 44,100.

    Raises `ModelError` when the models have no network for it.
    """

    def __init__(self, models: Models, pace: float, rate: int = spectrogram.RATE) -> None:
        self._network = models.network(STEMS)
        self._pace = pace
        # frames are of the same moments at both rates
        self._grid = transform if rate == transform.RATE else spectrogram
        self._step = FRAMES * self._grid.HOP

    def __call__(self, performance: Performance, latents: np.ndarray, samples: np.ndarray) -> dict[str, np.ndarray]:
        """The stems of samples `(T,)` or `(T, C)` that were decoded from latents `(C, S)`, by their names; each has the
        shape of the samples.

        The same masks are laid on all channels. Stems without notes are left out; the others add up to the samples.
        Raises `ModelError` when the network does not fit.
        """
        columns, step = samples.reshape(len(samples), -1), self._step
        steps, channels = -(-len(samples) // step), columns.shape[1]
        padded = np.zeros(((steps + 4) * step, channels), np.float32)  # the last window may be longer
        padded[: len(samples)] = columns
        known = np.pad(latents, ((0, 0), (0, max(steps + 4 - latents.shape[1], 0))), mode="edge")
        present = stems_present(performance)
        conditioner = Conditioner(performance, self._pace)
        joined = crossfaded(self._windows(conditioner, known, padded, present, steps), steps)
        parted = joined.reshape(len(NAMES), channels, step, steps).transpose(0, 3, 2, 1)
        stems = parted.reshape(len(NAMES), steps * step, channels)[:, : len(samples)]
        heard = np.flatnonzero(present)
        stems[heard[-1]] += columns - stems.sum(0)  # what rounding has left over
        return {NAMES[index]: np.ascontiguousarray(stems[index]).reshape(samples.shape) for index in heard}

    def _windows(
        self, conditioner: Conditioner, latents: np.ndarray, samples: np.ndarray, present: np.ndarray, steps: int
    ) -> Iterator[tuple[int, np.ndarray]]:
        """Stems of each window as samples by step, `(4 · C · samples of a step, L)`."""
        for first, length in windows(steps):
            (masks,) = self._network(
                ["masks"],
                rolls=stem_rolls(conditioner(first, length)),
                latents=latents[None, :, first : first + length].astype(np.float32),
                present=present,
            )
            if masks.shape != (len(NAMES), FRAMES * length, BINS):
                raise self._network.misfit()
            if masks.min() < -_ROUNDING or masks.max() > 1 + _ROUNDING:
                raise self._network.misfit()
            part = samples[first * self._step : (first + length) * self._step]
            channels = [self._grid.stft(np.ascontiguousarray(channel)) for channel in part.T]
            masks = np.pad(masks, ((0, 0), (0, len(channels[0]) - masks.shape[1]), (0, 0)), mode="edge")
            yield first, np.concatenate([self._masked(frames, mask, length) for mask in masks for frames in channels])

    def _masked(self, frames: np.ndarray, mask: np.ndarray, length: int) -> np.ndarray:
        """Frames of a channel under a mask `(F, 513)` as samples by step, `(samples of a step, length)`."""
        more = frames.shape[1] - BINS
        if more:
            above = np.repeat(mask[:, -_HIGHEST:].mean(1, keepdims=True), more, axis=1)
            mask = np.concatenate([mask, above], axis=1)
        samples: np.ndarray = self._grid.istft(frames * mask)
        return samples[: length * self._step].reshape(length, self._step).T


def separate(
    separator: StemSeparator, take: Take, latents: np.ndarray, samples: np.ndarray, rate: int
) -> dict[str, np.ndarray]:
    """All stems of the finished samples `(T,)` or `(T, 2)` of a take at `rate` Hz, which was decoded from latents
    `(C, S)`.

    Those without notes are silent. A loop is taken apart as it is heard, with the rounds before and after.
    """
    lead = round(take.begin * rate)
    after = round(AFTER * rate) if lead else 0
    around = samples[np.arange(-lead, len(samples) + after) % len(samples)]
    found = separator(take.performance, latents, around)
    silence = np.zeros(samples.shape, np.float32)
    return {name: found[name][lead : lead + len(samples)] if name in found else silence for name in NAMES}
