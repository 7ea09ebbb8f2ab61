"""A brief goes in, a score comes out."""

from __future__ import annotations

from dataclasses import replace

from img2music.composition.brief import NAMES, Brief
from img2music.composition.finishing import finished, folded
from img2music.composition.plan import Plan, Player
from img2music.composition.planning.planner import checked, plan_for
from img2music.composition.score import Note, Part, Score
from img2music.composition.style import styles_of


def compose(brief: Brief) -> Score:
    """Compose a score. The same brief gives the same score. Raises `OptionError` when it asks for what cannot be."""
    brief = checked(brief)
    plan = plan_for(brief)
    written, title = _written(plan), f"{plan.style.capitalize()} in {NAMES[plan.key]} {plan.mode}"
    if brief.quote is not None:
        from img2music.composition.quotation.quote import quoted
        from img2music.composition.quotation.works import find_work

        work = find_work(brief.quote)
        written, title = quoted(written, plan, work), f"{title}, quoting {work.name}"
    parts = [finished(part, plan) for part in written]
    if brief.instruments is None:
        heard = [part for part in parts if part.notes]
    else:
        heard = [part if part.notes else _last_chord(part, plan) for part in parts]
    return Score(
        title,
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
        tuple(heard),
        brief,
    )


def _last_chord(part: Part, plan: Plan) -> Part:
    """A part that has nothing to do but was asked for: it plays in the last bar."""
    start, length = plan.beats - plan.metre.beats, plan.metre.beats
    pitch = 36 if part.instrument.drums else folded(60 + plan.key, part.instrument.low, part.instrument.high)
    return replace(part, notes=(Note(start, length * 0.95, pitch, 80),))


def _written(plan: Plan) -> list[Part]:
    """The parts of all players, in their order; in a blend each style writes for its own."""
    homes: dict[tuple[str, str], list[Player]] = {}
    for player in plan.players:
        homes.setdefault(player.home, []).append(player)
    written: dict[int, Part] = {}
    for (genre, name), players in homes.items():
        parts = styles_of(genre)[name].write(replace(plan, players=tuple(players)))
        written |= {id(player): part for player, part in zip(players, parts, strict=True)}
    return [written[id(player)] for player in plan.players]
