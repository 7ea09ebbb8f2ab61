"""Those who accompany: which pattern keyboards and groups play, which voice and manner single instruments have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from img2music.composition.chance import pick, stream
from img2music.composition.instruments import plays_chords
from img2music.composition.plan import Player
from img2music.composition.score import Note, Section
from img2music.composition.styles.classical import lines
from img2music.composition.styles.classical.homophony.piece import Piece

FIGURES: Mapping[str, Mapping[str, float]] = {
    "piano": {"alberti": 3, "broken": 2, "blocks": 1, "march": 1, "pulsing": 1.5, "climbing": 1, "afterbeats": 1},
    "nocturne": {"rolling": 4, "broken wide": 2, "syncopated": 0.8, "climbing": 1},
    "waltz": {"waltz": 3, "halting": 1, "broken": 0.8},
    "minuet": {"blocks": 0.6, "halting": 1.5, "broken": 1.5, "alberti": 1, "waltz": 0.7, "sustained": 0.7},
    "chamber": {
        "broken": 1,
        "pulsing": 1.5,
        "blocks": 0.6,
        "halting": 0.8,
        "syncopated": 1,
        "afterbeats": 1,
        "alberti": 1,
    },
    "orchestral": {"sustained": 2.5, "pulsing": 1, "tremolo": 0.2, "syncopated": 1.2, "blocks": 0.5},
    "prelude": {"broken wide": 2, "climbing": 2, "rolling": 1.5, "broken": 1.5, "alberti": 0.7},
    "etude": {"climbing": 2, "broken": 2, "broken wide": 1.5, "alberti": 1.5, "afterbeats": 1, "march": 0.7},
    "march": {"march": 1.5, "afterbeats": 2, "syncopated": 1.2, "broken": 1},
    "sarabande": {"halting": 2, "blocks": 1.5, "sustained": 0.5, "broken": 1},
    "siciliano": {"halting": 1.5, "blocks": 1, "broken": 2, "syncopated": 1},
    "gigue": {"blocks": 1, "halting": 1.5, "march": 1, "broken": 1.5},
    "mazurka": {"waltz": 0.7, "halting": 2, "syncopated": 1, "broken": 1},
    "barcarolle": {"rolling": 3, "broken": 1.5, "broken wide": 1.5, "climbing": 1},
    "chorale": {"blocks": 2, "sustained": 1, "syncopated": 0.5},
    "serenade": {"broken": 2, "climbing": 1, "afterbeats": 1.5, "waltz": 0.5, "alberti": 1.5, "pulsing": 0.7},
    "gavotte": {"march": 1, "blocks": 0.7, "halting": 1.5, "broken": 2},
    "variations": {"alberti": 2, "blocks": 1, "march": 1, "rolling": 1, "syncopated": 1, "pulsing": 1, "climbing": 1},
}
"""Patterns of the accompaniment by style."""
BUSY: Mapping[str, float] = {
    "etude": 3.2,
    "orchestral": 0.6,
    "prelude": 2.0,
    "barcarolle": 1.4,
    "gigue": 1.2,
    "chorale": 0.5,
    "sarabande": 0.7,
}
"""How many notes accompaniments of a style have, beside others."""
FASTEST_CHORDS = 3.5
"""How many chords a second are repeated at most."""
_FASTEST_FIGURE = 11.0
"""How many notes a second a broken chord has at most."""
MANNERS: Mapping[str, Mapping[str, float]] = {
    "waltz": {"after": 2, "plain": 1, "held": 1},
    "nocturne": {"held": 3, "swaying": 2},
    "orchestral": {"held": 2, "repeated": 2, "after": 1},
    "march": {"after": 3, "plain": 1, "held": 0.5},
    "chorale": {"held": 1},
}
_MANNERS: Mapping[str, float] = {"held": 2, "repeated": 1.6, "after": 1.2, "swaying": 1.5, "plain": 1}
BASSES: Mapping[str, Mapping[str, float]] = {
    "waltz": {"plain": 0, "held": 1},
    "nocturne": {"held": 1},
    "minuet": {"plain": 0.5, "walking": 1.5, "held": 0.7},
    "march": {"plain": 3, "walking": 0.5},
    "gavotte": {"plain": 1, "walking": 2},
    "chorale": {"held": 2, "walking": 1},
    "mazurka": {"held": 1},
    "siciliano": {"held": 2, "plain": 1},
    "sarabande": {"held": 2, "walking": 0.7},
}
_BASSES: Mapping[str, float] = {"plain": 1.5, "held": 1.2, "repeated": 1.0, "walking": 1.2}


_BUSY: Mapping[str, float] = {
    "sustained": -1.0,
    "held": -1.0,
    "blocks": -0.7,
    "halting": -0.5,
    "plain": -0.4,
    "waltz": 0.0,
    "march": 0.0,
    "after": 0.0,
    "syncopated": 0.0,
    "afterbeats": 0.2,
    "walking": 0.4,
    "swaying": 0.5,
    "tremolo": 0.6,
    "pulsing": 0.8,
    "repeated": 0.8,
}
"""How much busier a pattern or a manner is than others, from -1 to 1; broken chords are the busiest."""


def _liked(weights: Mapping[str, float], density: float) -> dict[str, float]:
    """Weights for a density of the mood from 0 to 1: calm ways for a low one, busy ways for a high one."""
    return {name: weight * 10 ** (2 * _BUSY.get(name, 1.0) * (density - 0.5)) for name, weight in weights.items()}


def bass_part(piece: Piece, player: Player, basses: Sequence[Player], section: Section) -> list[Note]:
    """What a bass has in a section: the lowest voice, plain or moving; timpani have strokes at cadences."""
    plan, chords = piece.plan, piece.chords_of(section)
    rng = stream(plan.seed, "bass", player.instrument.name, section.first)
    desk = lines.Desk(plan, piece.expression, player.instrument, 76, rng)
    if player.instrument.name == "timpani":
        return lines.timpani(desk, chords, [frame.goal for frame in piece.frames])
    place = basses.index(player)
    manner = pick(
        stream(plan.seed, "bass manner", section.label), _liked(BASSES.get(piece.style, _BASSES), plan.density_per_beat)
    )
    shift = -12 if player.instrument.high <= 62 and place else 0
    if player.instrument.high <= 60:
        shift = -12
    if manner == "walking" and not place:
        parts = lines.division(plan, 1.6 + plan.mood.density)
        return lines.walking(desk, chords, min(parts, 2), shift)
    if manner == "walking":
        manner = "plain"
    parts = min(lines.division(plan, 2 + 2 * plan.mood.density), 2)
    return lines.single(desk, chords, 0, manner, parts, shift)


def harmony_part(piece: Piece, player: Player, helpers: Sequence[Player], section: Section, alone: bool) -> list[Note]:
    """Keyboards, harps and groups of strings have the chords; single instruments a voice each."""
    plan, chords, place = piece.plan, piece.chords_of(section), helpers.index(player)
    rng = stream(plan.seed, "harmony", place, section.first)
    choice = stream(plan.seed, "texture", place, section.label, section.name if "variation" in section.name else "")
    rate = (0.9 + 5.0 * plan.mood.density + 5.0 * plan.mood.density**2) * BUSY.get(piece.style, 1.0)
    desk = lines.Desk(plan, piece.expression, player.instrument, 65, rng)
    if plays_chords(player.instrument):
        weights = dict(FIGURES.get(piece.style, FIGURES["chamber"]))
        group = player.instrument.program in (48, 49, 50, 52)
        if player.instrument.name == "harp":
            weights = {"harp": 2, "climbing": 1, "broken wide": 1}
        elif group or 16 <= player.instrument.program < 24:
            kept = lines.FULL | {"waltz", "halting", "march", "afterbeats"}
            weights = {name: weight for name, weight in weights.items() if name in kept} or {"sustained": 1}
        if place and alone:
            weights = {"sustained": 1}
        pattern = pick(choice, _liked(weights, plan.density_per_beat))
        if pattern in ("pulsing", "afterbeats"):
            rate = min(0.7 * rate, FASTEST_CHORDS)
        flows = pattern in lines.FLOWING
        parts = max(lines.division(plan, min(rate, _FASTEST_FIGURE), flows), 2 if rate > 1.5 else 1)
        with_bass = (alone and place == 0) or (player.instrument.program < 8 and not group)
        return lines.figured(desk, chords, pattern, parts, with_bass, group)
    singles = [helper for helper in helpers if not plays_chords(helper.instrument)]
    order = sorted(singles, key=lambda helper: helper.instrument.low + helper.instrument.high)
    voice = 1 + order.index(player) % 2
    if alone and order[0] is player and len(helpers) == len(singles):
        voice = 0
    manner = pick(
        stream(plan.seed, "manner", section.label), _liked(MANNERS.get(piece.style, _MANNERS), plan.density_per_beat)
    )
    if player.instrument.name in ("french horn", "trombone", "trumpet"):
        manner = "held"
    shift = lines.octaves([chord.voices[voice] for chord in chords], player.instrument)
    parts = min(lines.division(plan, rate * 0.8), 4)
    return lines.single(desk, chords, voice, manner, parts, shift)
