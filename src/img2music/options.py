"""What can be asked of the music besides its picture and its genre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from img2music.errors import OptionError

CLIP_SECONDS = 15.0
"""Length of the clips that models are trained on and of known embeddings, as in the paper, s."""
DEFAULT_SECONDS = CLIP_SECONDS
"""Length of a snippet, s."""
SHORTEST, LONGEST = 1.0, 120.0
LARGEST_SEED = 2**63 - 1
CHOICES = ("mood", "random")
"""How a known embedding is chosen: by the mood of the picture, or at random as in the paper."""
FLOW, PERTURB = "flow", "perturb"
ENGINES = (FLOW, PERTURB)
"""What is made of it: with the paper's perturbation the latent flow's new music, the default, or the perturbation
alone."""
DEFAULT_STRENGTHS = {FLOW: 0.7, PERTURB: 0.5}
"""In genres of which nothing else was measured."""
GENRE_STRENGTHS = {PERTURB: {"classical": 0.7, "hiphop": 1.0, "pop": 0.7, "jazz": 1.0}}
"""The most that costs no quality in a genre (docs/strengths.png)."""


LARGEST_STRENGTH = 10.0


@dataclass(frozen=True)
class Options:
    """Options of one snippet of `seconds` s. Without `alpha` the strength is its engine's default in the genre, without
    `engine` it is the flow where the models have one, which alone can `blend`, that is mix the genres as the picture
    does. The known embedding is one of the user's `bank` of that name, which without `engine` is only perturbed, so
    that it stays what it is; without `bank` it is one of those that come with the models."""

    alpha: float | None = None
    seed: int = 0
    seconds: float = DEFAULT_SECONDS
    loop: bool = False
    choose: str = CHOICES[0]
    engine: str | None = None
    blend: bool = False
    bank: str | None = None

    def check(self) -> None:
        """Raise `OptionError` when one is out of range."""
        if self.engine not in (None, *ENGINES):
            raise OptionError(f"engine is '{self.engine}'; choose one of {', '.join(ENGINES)}.")
        if self.blend and self.engine == PERTURB:
            raise OptionError("blend needs the engine flow; leave out one of them.")
        if self.alpha is not None:
            check_strength(self.alpha)
        if self.choose not in CHOICES:
            raise OptionError(f"choose is '{self.choose}'; choose one of {', '.join(CHOICES)}.")
        if not SHORTEST <= self.seconds <= LONGEST:  # also false for NaN
            raise OptionError(f"seconds is {self.seconds}; choose a length from {SHORTEST:g} to {LONGEST:g} s.")
        if not 0 <= self.seed <= LARGEST_SEED:
            raise OptionError(f"seed is {self.seed}; choose a whole number from 0 to {LARGEST_SEED}.")

    def engine_of(self, engines: Sequence[str]) -> str:
        """The engine that is meant, of those that the models have, the default first."""
        if self.blend:
            return FLOW
        return self.engine or (engines[0] if self.bank is None else PERTURB)

    def strength(self, engine: str, genre: str) -> float:
        """The strength for an engine in a genre. Raises `OptionError` when it cannot have that much."""
        alpha = default_strength(engine, genre) if self.alpha is None else self.alpha
        if engine == FLOW and alpha > 1:
            raise OptionError(
                f"alpha is {alpha:g}; the flow takes from 0 to 1, where all is new; or choose the engine perturb."
            )
        return alpha


def default_strength(engine: str, genre: str) -> float:
    """The strength of an engine in a genre unless told otherwise."""
    return GENRE_STRENGTHS.get(engine, {}).get(genre, DEFAULT_STRENGTHS[engine])


def check_strength(strength: float) -> float:
    """Return `strength`. Raises `OptionError` when it is not a number from 0 to 10."""
    if not 0 <= strength <= LARGEST_STRENGTH:  # also false for NaN
        raise OptionError(f"alpha is {strength}; choose a strength from 0 to {LARGEST_STRENGTH:g}.")
    return strength
