"""A piece goes on: its last chord becomes the end of a section, and a new ending comes."""

from __future__ import annotations

from dataclasses import replace

from img2music.composition.brief import LONGEST, MOST_BARS
from img2music.composition.chance import stream
from img2music.composition.changes.continuation import continuation, renumbered
from img2music.composition.changes.splicing import shifted, spliced_parts
from img2music.composition.draft import Draft, with_parts
from img2music.composition.plan import Plan
from img2music.composition.planning.length import Length, counted, longest_hold, ring
from img2music.composition.planning.pace import played
from img2music.composition.score import ChordSymbol, Section, TempoMap
from img2music.composition.theory.harmony import spliced
from img2music.errors import OptionError
from img2music.wishes import Extension


def extended(draft: Draft, change: Extension, seconds: float | None, steady: bool) -> tuple[Draft, int]:
    """The draft with more bars, and the bar in which the old ending began, which is the first that is new.

    With `seconds` the whole fits into so many, else it has as many bars more as `change` says; with `steady` the tempo
    stays exactly as it is. Raises `OptionError` when that leaves no room for a bar, or is too long.
    """
    plan = draft.plan
    turn = plan.bars - 1
    bars, spare = _room(plan, change, seconds)
    if plan.bars + bars > MOST_BARS:
        raise OptionError(f"The piece would have {plan.bars + bars} bars; choose at most {MOST_BARS} together.")
    tempo = _tempo(draft, turn, Length(bars + 1, plan.tempo.initial, 0.0 if steady else spare), steady)
    if tempo.seconds((plan.bars + bars) * plan.metre.beats) > LONGEST:
        raise OptionError(f"With {counted(bars)} more the piece would last more than {LONGEST:g} s; choose fewer.")
    seed = plan.seed if not change.seed else stream(plan.seed, "goes on", plan.bars, change.seed).getrandbits(62)
    if draft.style.closed:
        return _followed(draft, replace(plan, tempo=tempo), bars, seed), turn
    new = continuation(plan.sections, bars, plan.genre)
    longer = replace(plan, sections=(*plan.sections, *new), tempo=tempo)
    other = draft.harmonised(replace(longer, seed=seed))
    start, end = turn * plan.metre.beats, longer.beats
    chords = spliced(plan.chords, other.chords, plan.beats, end)
    for section in new:
        chords = _with_returning(chords, longer, section)
    chords = spliced(chords, other.chords, end - 2 * plan.metre.beats, end)  # the cadence
    parts = draft.written(replace(other, chords=chords))
    return with_parts(draft, replace(longer, chords=chords), spliced_parts(draft.parts, parts, start, end)), turn


def _room(plan: Plan, change: Extension, seconds: float | None) -> tuple[int, float]:
    """How many bars are added, and for how many seconds more than written the last chord may be held."""
    if seconds is None:
        return change.bars or 1, 0.0
    bar = plan.metre.beats * 60 / plan.tempo.initial
    begin = plan.tempo.seconds((plan.bars - 1) * plan.metre.beats)
    room = seconds - ring(seconds) - begin
    bars = int(room / bar + 1e-6) - 1
    if bars < 1:
        needed = begin + 2 * bar
        least = needed + ring(needed / 0.96) + 0.01 - seconds + (change.seconds or 0.0)
        raise OptionError(f"An extension by {change.seconds:g} s has no room for a bar; choose at least {least:.2f} s.")
    return bars, min(room - (bars + 1) * bar, longest_hold(seconds, bar))


def _tempo(draft: Draft, turn: int, length: Length, steady: bool) -> TempoMap:
    """The tempo as it was, and from bar `turn` on that of a `length` of its own."""
    plan = draft.plan
    start = turn * plan.metre.beats
    drift = 0.0 if steady else draft.style.drift
    later = played(drift, stream(plan.seed, "tempo", plan.bars).getrandbits(62), length, plan.metre)
    before = [change for change in plan.tempo.changes if change[0] < start - 1e-6]
    after = [(beat + start, bpm) for beat, bpm in later.changes]
    if before and before[-1][1] == after[0][1]:
        after = after[1:]
    return TempoMap((*before, *after))


def _with_returning(chords: tuple[ChordSymbol, ...], plan: Plan, section: Section) -> tuple[ChordSymbol, ...]:
    """The chords, in a section that returns those that it had at first."""
    first = next(each for each in plan.sections if each.label == section.label)
    bar = plan.metre.beats
    shift, start = (section.first - first.first) * bar, section.first * bar
    end = start + min(first.bars, section.bars) * bar
    if shift <= 0:
        return chords
    return spliced(chords, [replace(chord, start=chord.start + shift) for chord in chords], start, end)


def _followed(draft: Draft, plan: Plan, bars: int, seed: int) -> Draft:
    """The draft with a piece of its own after its last bar."""
    form = draft.style.form(bars, stream(seed, "form"))
    start = plan.beats
    own = draft.harmonised(replace(plan, seed=seed, sections=form, tempo=TempoMap(((0.0, plan.tempo.initial),))))
    later = [replace(chord, start=chord.start + start) for chord in own.chords]
    parts = [shifted(part, start) for part in draft.written(own)]
    sections = (*plan.sections, *renumbered(form, plan.bars))
    longer = replace(plan, sections=sections, chords=spliced(plan.chords, later, start, start + own.beats))
    return with_parts(draft, longer, spliced_parts(draft.parts, parts, start, start + own.beats))
