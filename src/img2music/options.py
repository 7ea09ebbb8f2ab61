"""The options of a snippet besides its picture and its genre."""

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
"""Ways to choose a known embedding: by the mood of the picture, or at random as in the paper."""
FLOW, PERTURB = "flow", "perturb"
ENGINES = (FLOW, PERTURB)
"""What is done with it: the latent flow makes new music after the paper's perturbation, or the perturbation alone."""
DEFAULT_STRENGTHS = {FLOW: 0.7, PERTURB: 0.5}
"""Default strengths of the engines."""
GENRE_STRENGTHS = {PERTURB: {"classical": 0.7, "hiphop": 1.0, "pop": 0.7, "jazz": 1.0}}
"""Default strengths in single genres: the highest that costs no quality (docs/pictures/strengths.png)."""


LARGEST_STRENGTH = 10.0


@dataclass(frozen=True)
class Options:
    """Options of one snippet of `seconds` s.

    `alpha` is the strength, by default the one that suits engine and genre. `engine` is by default the flow where the
    models have one. `blend` mixes the genres by the picture's probabilities, which only the flow can. `bank` names a
    bank of the user's own music instead of the models' banks; its music is only perturbed unless an `engine` is given,
    so that it stays recognisable."""

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
        """The engine to use, given those that the models have, the default first."""
        if self.blend:
            return FLOW
        return self.engine or (engines[0] if self.bank is None else PERTURB)

    def strength(self, engine: str, genre: str) -> float:
        """The strength to use for an engine in a genre. Raises `OptionError` when it is too high for the engine."""
        alpha = default_strength(engine, genre) if self.alpha is None else self.alpha
        if engine == FLOW and alpha > 1:
            raise OptionError(
                f"alpha is {alpha:g}; the flow takes from 0 to 1, where all is new; or choose the engine perturb."
            )
        return alpha


def default_strength(engine: str, genre: str) -> float:
    """The default strength of an engine in a genre."""
    return GENRE_STRENGTHS.get(engine, {}).get(genre, DEFAULT_STRENGTHS[engine])


def check_strength(strength: float) -> float:
    """`strength`. Raises `OptionError` when it is not a number from 0 to 10."""
    if not 0 <= strength <= LARGEST_STRENGTH:  # also false for NaN
        raise OptionError(f"alpha is {strength}; choose a strength from 0 to {LARGEST_STRENGTH:g}.")
    return strength
