"""A brief goes in, a score comes out."""

from __future__ import annotations

from dataclasses import replace

from img2music.composition.brief import NAMES, Brief
from img2music.composition.finishing import finished
from img2music.composition.plan import Plan, Player
from img2music.composition.planning.planner import plan_for
from img2music.composition.score import Part, Score
from img2music.composition.style import styles_of


def compose(brief: Brief) -> Score:
    """Compose a score. The same brief gives the same score. Raises `OptionError` when it asks for what cannot be."""
    plan = plan_for(brief)
    asked = brief.instruments is not None
    parts = tuple(part for part in (finished(part, plan) for part in _written(plan)) if part.notes or asked)
    title = f"{plan.style.capitalize()} in {NAMES[plan.key]} {plan.mode}"
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
        parts,
        brief,
    )


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
