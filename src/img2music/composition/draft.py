"""A piece before it becomes a score."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from img2music.composition.brief import NAMES, Brief
from img2music.composition.finishing.finish import finished, folded
from img2music.composition.plan import Plan, Player
from img2music.composition.score import Note, Part, Score
from img2music.composition.style import Style, styles_of

if TYPE_CHECKING:
    from img2music.composition.quotation.works import Work


@dataclass(frozen=True)
class Draft:
    """A plan, and a part for each of its players, some of whom may have nothing to play yet.

    `order` has the numbers of those who are heard, in the order in which they came in. `work` is a known one that is
    quoted.
    """

    plan: Plan
    parts: tuple[Part, ...]
    order: tuple[int, ...] = ()
    work: Work | None = None

    @property
    def style(self) -> Style:
        """The style that the form and the chords are of."""
        return styles_of(self.plan.genre)[self.plan.style]

    def harmonised(self, plan: Plan) -> Plan:
        """A plan of the same piece with the chords that its seed and its sections give."""
        plan = replace(plan, chords=())
        plan = replace(plan, chords=self.style.harmonise(plan))
        if self.work is None:
            return plan
        from img2music.composition.quotation.quote import harmonised

        return replace(plan, chords=harmonised(plan, self.work))

    def written(self, plan: Plan) -> tuple[Part, ...]:
        """The parts that another plan of the same piece leads to."""
        return write(plan, self.work)

    def score(self, brief: Brief) -> Score:
        """The score, composed from `brief`."""
        plan, parts = self.plan, self.parts
        if brief.instruments is not None:
            parts = tuple(part if part.notes else _last_chord(part, plan) for part in parts)
        title = f"{plan.style.capitalize()} in {NAMES[plan.key]} {plan.mode}"
        return Score(
            title if self.work is None else f"{title}, quoting {self.work.name}",
            plan.genre,
            plan.style,
            plan.seed,
            plan.key,
            plan.mode,
            plan.metre,
            plan.tempo,
            plan.swing,
            plan.sections,
            plan.chords,
            tuple(parts[number] for number in self.order),
            brief,
        )


def first_draft(plan: Plan, brief: Brief, work: Work | None) -> Draft:
    """The piece that a plan leads to."""
    return with_parts(Draft(plan, (), (), work), plan, write(plan, work), everybody=brief.instruments is not None)


def with_parts(draft: Draft, plan: Plan, parts: Iterable[Part], everybody: bool = False) -> Draft:
    """The draft with other parts; who is heard for the first time comes last. With `everybody` all are in the score."""
    parts = tuple(parts)
    new = (number for number, part in enumerate(parts) if part.notes or everybody)
    return replace(draft, plan=plan, parts=parts, order=tuple(dict.fromkeys((*draft.order, *new))))


def write(plan: Plan, work: Work | None) -> tuple[Part, ...]:
    """The finished parts of all players, in their order; in a blend each style writes for its own."""
    homes: dict[tuple[str, str], list[Player]] = {}
    for player in plan.players:
        homes.setdefault(player.home, []).append(player)
    written: dict[int, Part] = {}
    for (genre, name), players in homes.items():
        parts = styles_of(genre)[name].write(replace(plan, players=tuple(players)))
        written |= {id(player): part for player, part in zip(players, parts, strict=True)}
    found = [written[id(player)] for player in plan.players]
    if work is not None:
        from img2music.composition.quotation.quote import quoted

        found = quoted(found, plan, work)
    return tuple(finished(part, plan) for part in found)


def _last_chord(part: Part, plan: Plan) -> Part:
    """A part that has nothing to do but was asked for: it plays in the last bar."""
    start, length = plan.beats - plan.metre.beats, plan.metre.beats
    pitch = 36 if part.instrument.drums else folded(60 + plan.key, part.instrument.low, part.instrument.high)
    return replace(part, notes=(Note(start, length * 0.95, pitch, 80),))
