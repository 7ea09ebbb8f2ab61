"""What can be asked of the music besides its picture and its genre."""

from __future__ import annotations

from dataclasses import dataclass

from img2music.errors import OptionError
from img2music.perturbation import check_strength

DEFAULT_SECONDS = 15.0
"""Length of a snippet in the paper, s."""
SHORTEST, LONGEST = 1.0, 120.0
LARGEST_SEED = 2**63 - 1
CHOICES = ("mood", "random")
"""How a known embedding is chosen: by the mood of the picture, or at random as in the paper."""
FLOW, PERTURB = "flow", "perturb"
ENGINES = (PERTURB, FLOW)
"""What is made of it: the paper's perturbation alone, the default, or with it the latent flow's new music."""
DEFAULT_STRENGTHS = {FLOW: 0.7, PERTURB: 0.5}


@dataclass(frozen=True)
class Options:
    """Options of one snippet of `seconds` s. Without `alpha` the strength is its engine's default, without `engine`
    it is the perturbation, or to `blend` the flow, which alone can: it mixes the genres as the picture does. The known
    embedding is one of the user's `bank` of that name, without one of those that come with the models."""

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

    def strength(self, engine: str) -> float:
        """The strength for an engine. Raises `OptionError` when it cannot have that much."""
        alpha = DEFAULT_STRENGTHS[engine] if self.alpha is None else self.alpha
        if engine == FLOW and alpha > 1:
            raise OptionError(f"alpha is {alpha:g}; for the flow choose a strength from 0 to 1, where all is new.")
        return alpha
