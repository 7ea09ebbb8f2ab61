"""How notes are played: loudness over phrases and accents of the metre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from img2music.composition.plan import Plan
from img2music.composition.score import Articulation, Note
from img2music.composition.styles.classical.form import Phrase


@dataclass(frozen=True)
class Expression:
    """The playing of a piece: `depth` is how much phrases swell, in shares of the velocity."""

    plan: Plan
    phrases: Sequence[Phrase]
    depth: float

    def loudness(self, beat: float) -> float:
        """From the phrase, as a factor: it swells up to the bar before its goal and falls from there."""
        phrase = self._phrase(beat)
        length = phrase.bars * self.plan.metre.beats
        place = (beat - phrase.first * self.plan.metre.beats) / length
        peak = 0.68
        height = place / peak if place < peak else 1 - (place - peak) / (1 - peak) * (0.4 if phrase.last else 0.9)
        return 1 + self.depth * (height - 0.6)

    def accent(self, beat: float) -> float:
        """From the metre, as a factor."""
        return 0.94 + 0.09 * self.plan.metre.strength(beat % self.plan.metre.beats)

    def note(
        self,
        start: float,
        length: float,
        pitch: int,
        velocity: float,
        rng: Random,
        articulation: Articulation = Articulation.NORMAL,
        spread: float = 0.006,
    ) -> Note:
        """A note with everything that playing adds to it; `spread` is how many seconds it may be late."""
        loud = velocity * self.loudness(start) * self.accent(start) + (rng.random() - 0.5) * 5
        late = spread * rng.random()
        return Note(start, length, pitch, min(max(round(loud), 1), 127), articulation, 0.0, round(late, 4))

    def _phrase(self, beat: float) -> Phrase:
        bar = beat / self.plan.metre.beats + 1e-6
        found = self.phrases[0]
        for phrase in self.phrases:
            if phrase.first > bar:
                break
            found = phrase
        return found
