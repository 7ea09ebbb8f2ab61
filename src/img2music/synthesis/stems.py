"""Stems: the sound of each role by itself, by soft masks on the spectrogram of the whole.

The masks add up to one, so that the stems add up to the mix, whatever the network that makes them is worth.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from img2music.audio.stft import BINS, HOP, RATE, istft, stft
from img2music.composition.score import Role
from img2music.models.folder import STEMS, Models
from img2music.synthesis.conditions import ROLES, Conditioner, Conditions
from img2music.synthesis.performance import Performance
from img2music.synthesis.take import AFTER, Take
from img2music.synthesis.windows import crossfaded, windows

NAMES = ("drums", "bass", "harmony", "melody")
"""Of the stems; melody and voice are one."""
FRAMES = 2
"""Of the spectrogram to a latent step."""
_STEP = FRAMES * HOP
_ROUNDING = 0.01
"""By how much a mask may be below 0 or above 1."""
STEM_OF = {role: NAMES.index("melody" if role is Role.VOICE else role.value) for role in Role}
"""The number of the stem that a role is in."""
_ROLES = tuple(Role)


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
    """Takes the sound of a performance apart. `pace` is in latent steps a second.

    Raises `ModelError` when the models have no network for it.
    """

    def __init__(self, models: Models, pace: float) -> None:
        self._network = models.network(STEMS)
        self._pace = pace

    def __call__(self, performance: Performance, latents: np.ndarray, samples: np.ndarray) -> dict[str, np.ndarray]:
        """The stems `(T,)` of samples `(T,)` at 22,050 Hz that were decoded from latents `(C, S)`, by their names.

        Stems without notes are left out; the others add up to the samples. Raises `ModelError` when the network does
        not fit.
        """
        steps = -(-len(samples) // _STEP)
        padded = np.zeros((steps + 4) * _STEP, np.float32)  # the last window may be longer
        padded[: len(samples)] = samples
        known = np.pad(latents, ((0, 0), (0, max(steps + 4 - latents.shape[1], 0))), mode="edge")
        present = stems_present(performance)
        conditioner = Conditioner(performance, self._pace)
        joined = crossfaded(self._windows(conditioner, known, padded, present, steps), steps)
        stems = joined.reshape(len(NAMES), _STEP, steps).transpose(0, 2, 1).reshape(len(NAMES), -1)[:, : len(samples)]
        heard = np.flatnonzero(present)
        stems[heard[-1]] += samples - stems.sum(0)  # what rounding has left over
        return {NAMES[index]: np.ascontiguousarray(stems[index]) for index in heard}

    def _windows(
        self, conditioner: Conditioner, latents: np.ndarray, samples: np.ndarray, present: np.ndarray, steps: int
    ) -> Iterator[tuple[int, np.ndarray]]:
        """Stems of each window as channels by step, `(4 · 512, L)`."""
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
            frames = stft(samples[first * _STEP : (first + length) * _STEP])
            masks = np.pad(masks, ((0, 0), (0, len(frames) - masks.shape[1]), (0, 0)), mode="edge")
            found = [istft(frames * mask)[: length * _STEP].reshape(length, _STEP).T for mask in masks]
            yield first, np.concatenate(found)


def separate(separator: StemSeparator, take: Take, latents: np.ndarray, samples: np.ndarray) -> dict[str, np.ndarray]:
    """All stems `(T,)` of the finished samples `(T,)` of a take at 22,050 Hz, which was decoded from latents `(C, S)`.

    Those without notes are silent. A loop is taken apart as it is heard, with the rounds before and after.
    """
    lead = round(take.begin * RATE)
    after = round(AFTER * RATE) if lead else 0
    around = samples[np.arange(-lead, len(samples) + after) % len(samples)]
    found = separator(take.performance, latents, around)
    silence = np.zeros(len(samples), np.float32)
    return {name: found[name][lead : lead + len(samples)] if name in found else silence for name in NAMES}
