"""The options of a snippet besides its picture and its genre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from img2music.errors import OptionError
from img2music.wishes import NO_WISHES, Extension, Wishes

CLIP_SECONDS = 15.0
"""Length of the clips that models are trained on and of known embeddings, as in the paper, s."""
DEFAULT_SECONDS = CLIP_SECONDS
"""Length of a snippet where neither seconds nor bars nor a score say it, s."""
SHORTEST, LONGEST = 1.0, 180.0
LARGEST_SEED = 2**63 - 1
CHOICES = ("mood", "random")
"""Ways to choose a known embedding: by the mood of the picture, or at random as in the paper."""
FLOW, PERTURB, COMPOSE = "flow", "perturb", "compose"
ENGINES = (COMPOSE, FLOW, PERTURB)
"""What makes the music: the latent flow after the paper's perturbation of known music, the perturbation alone, or a
score that is composed for the picture, whose sound the picture moves."""
DEFAULT_STRENGTHS = {FLOW: 0.7, PERTURB: 0.5, COMPOSE: 1.0}
"""Default strengths of the engines."""
GENRE_STRENGTHS = {PERTURB: {"classical": 0.7, "hiphop": 1.0, "pop": 0.7, "jazz": 1.0}}
"""Default strengths in single genres: the highest that costs no quality (docs/pictures/strengths.png)."""


LARGEST_STRENGTH = 10.0


@dataclass(frozen=True)
class Options:
    """Options of one snippet of `seconds` s, by default 15 or what bars or a score take.

    `alpha` is the strength, by default the one that suits engine and genre. `engine` is by default compose where the
    models have networks for scores. `choose` says which known clip the engines flow and perturb begin from. `blend`
    mixes the genres by the picture's probabilities; the engine compose blends the likeliest other genre in. `bank`
    names a bank of the user's own music, which lends its sound to what is composed, and is moved itself by the other
    engines. `wishes` say what is to be composed, and `score` is a MIDI file to be played instead; both mean the engine
    compose. `mono` asks for one channel where the models have two."""

    alpha: float | None = None
    seed: int = 0
    seconds: float | None = None
    loop: bool = False
    choose: str = CHOICES[0]
    engine: str | None = None
    blend: bool = False
    bank: str | None = None
    wishes: Wishes = NO_WISHES
    score: Path | None = None
    mono: bool = False

    @property
    def length(self) -> float:
        """The length where neither bars nor a score say it, s."""
        return DEFAULT_SECONDS if self.seconds is None else self.seconds

    def check(self) -> None:
        """Raise `OptionError` when one is out of range, or two contradict each other."""
        if self.engine not in (None, *ENGINES):
            raise OptionError(f"engine is '{self.engine}'; choose one of {', '.join(ENGINES)}.")
        if self.blend and self.engine == PERTURB:
            raise OptionError("blend needs the engine flow or compose; leave out one of them.")
        self._check_score()
        if self.loop and any(isinstance(change, Extension) for change in self.wishes.changes):
            raise OptionError("A loop has no end from which it could go on; leave out loop or the extension.")
        if self.alpha is not None:
            check_strength(self.alpha)
        if self.choose not in CHOICES:
            raise OptionError(f"choose is '{self.choose}'; choose one of {', '.join(CHOICES)}.")
        if self.seconds is not None and not SHORTEST <= self.seconds <= LONGEST:  # also false for NaN
            raise OptionError(f"seconds is {self.seconds}; choose a length from {SHORTEST:g} to {LONGEST:g} s.")
        if not 0 <= self.seed <= LARGEST_SEED:
            raise OptionError(f"seed is {self.seed}; choose a whole number from 0 to {LARGEST_SEED}.")

    def engine_of(self, engines: Sequence[str]) -> str:
        """The engine to use, given those that the models have, the default first."""
        if self._needs_score:
            return COMPOSE
        if self.engine is not None:
            return self.engine
        known = self.choose != CHOICES[0] and self.bank is None  # a choice among known clips is asked for
        able = (each for each in engines if not (known and each == COMPOSE) and not (self.blend and each == PERTURB))
        first = next(able, FLOW)
        # where nothing is composed, the user's own music is to stay recognisable
        return PERTURB if first == FLOW and self.bank is not None and not self.blend else first

    def strength(self, engine: str, genre: str) -> float:
        """The strength to use for an engine in a genre. Raises `OptionError` when it is too high for the engine."""
        alpha = default_strength(engine, genre) if self.alpha is None else self.alpha
        if engine == FLOW and alpha > 1:
            raise OptionError(
                f"alpha is {alpha:g}; the flow takes from 0 to 1, where all is new; or choose the engine perturb."
            )
        return alpha

    @property
    def _needs_score(self) -> list[str]:
        """Names of options that mean the engine compose."""
        return [*self.wishes.as_dict(), *([] if self.score is None else ["score"])]

    def _check_score(self) -> None:
        needed = self._needs_score
        if needed and self.engine not in (None, COMPOSE):
            raise OptionError(f"{needed[0]} needs the engine compose, not {self.engine}; leave out one of them.")
        if self.score is not None and (self.blend or len(needed) > 1):
            other = "blend" if self.blend else needed[0]
            raise OptionError(f"A score has its notes already; leave out {other} or the score.")


def default_strength(engine: str, genre: str) -> float:
    """The default strength of an engine in a genre."""
    return GENRE_STRENGTHS.get(engine, {}).get(genre, DEFAULT_STRENGTHS[engine])


def check_strength(strength: float) -> float:
    """`strength`. Raises `OptionError` when it is not a number from 0 to 10."""
    if not 0 <= strength <= LARGEST_STRENGTH:  # also false for NaN
        raise OptionError(f"alpha is {strength}; choose a strength from 0 to {LARGEST_STRENGTH:g}.")
    return strength
