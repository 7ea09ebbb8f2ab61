"""One section made anew, by a seed of its own; all others stay note for note."""

from __future__ import annotations

from dataclasses import replace

from img2music.composition.chance import stream
from img2music.composition.changes.splicing import spliced_parts
from img2music.composition.draft import Draft, with_parts
from img2music.composition.theory.harmony import spliced
from img2music.errors import OptionError
from img2music.wishes import Remake


def remade(draft: Draft, change: Remake) -> tuple[Draft, int, int]:
    """The draft with other music in one section: its first bar, and the bar after it. Band, key, tempo and form stay.

    Raises `OptionError` when there is no such section.
    """
    plan = draft.plan
    if not 1 <= change.section <= len(plan.sections):
        names = ", ".join(f"{number} {section.name}" for number, section in enumerate(plan.sections, 1))
        raise OptionError(f"There is no section {change.section}; the piece has {names}.")
    section = plan.sections[change.section - 1]
    first, end = section.first, section.first + section.bars
    start, stop = first * plan.metre.beats, end * plan.metre.beats
    seed = stream(plan.seed, "made anew", change.section, change.seed).getrandbits(62)
    other = draft.harmonised(replace(plan, seed=seed))
    # the new section leads to the chords that follow it, which stay
    chords = spliced(plan.chords, other.chords, start, stop)
    parts = spliced_parts(draft.parts, draft.written(replace(other, chords=chords)), start, stop)
    return with_parts(draft, replace(plan, chords=chords), parts), first, end
