"""A brief goes in, a score comes out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from img2music.composition.brief import LONGEST, Brief
from img2music.composition.changes.extending import extended
from img2music.composition.changes.remaking import remade
from img2music.composition.draft import first_draft
from img2music.composition.planning.length import length_asked, ring
from img2music.composition.planning.planner import checked, plan_for
from img2music.composition.score import Score
from img2music.errors import OptionError
from img2music.wishes import Remake


@dataclass(frozen=True)
class Stage:
    """A score after one of the changes of its brief, or before the first, and how long it is heard, s.

    What is new in it begins with bar `first`, counted from 0, and ends before bar `end`.
    """

    score: Score
    seconds: float
    first: int
    end: int


def compose(brief: Brief) -> Score:
    """Compose a score. The same brief gives the same score. Raises `OptionError` when it asks for what cannot be."""
    return stages(brief)[-1].score


def stages(brief: Brief) -> list[Stage]:
    """The score before and after each change that a brief asks for. Raises `OptionError` as `compose` does."""
    brief = checked(brief)
    plan, work = plan_for(brief), None
    if brief.quote is not None:
        from img2music.composition.quotation.works import find_work

        work = find_work(brief.quote)
    draft = first_draft(plan, brief, work)
    asked = replace(brief, changes=())
    score = draft.score(asked)
    asked_length = length_asked(brief)
    found = [Stage(score, whole_length(score) if asked_length is None else asked_length, 0, score.bars)]
    for change in brief.changes:
        before = found[-1]
        asked = replace(asked, changes=(*asked.changes, change))
        if isinstance(change, Remake):
            draft, first, end = remade(draft, change)
            seconds = before.seconds
        else:
            wanted = None if change.seconds is None else before.seconds + change.seconds
            draft, first = extended(draft, change, wanted, steady=brief.bpm is not None)
            end = draft.plan.bars
            seconds = whole_length(draft.score(asked)) if wanted is None else wanted
        if seconds > LONGEST:
            raise OptionError(f"The piece would last {seconds:.4g} s, more than {LONGEST:g} s; extend it by less.")
        found.append(Stage(draft.score(asked), seconds, first, end))
    return found


def whole_length(score: Score) -> float:
    """How long a score is heard until its last note has rung, s."""
    return score.seconds + ring(score.seconds)
