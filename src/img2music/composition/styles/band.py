"""A band that plays songs: who sits in which seat decides what is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from img2music.composition.instruments import plays_chords
from img2music.composition.plan import Plan, Player
from img2music.composition.rhythm.bass_lines import bass_line
from img2music.composition.rhythm.comping import comp, pad
from img2music.composition.rhythm.grooves import Drummer, Groove, drum, make_groove
from img2music.composition.rhythm.rap import rap
from img2music.composition.score import Note, Part, Role
from img2music.composition.styles.tunes import LOUD, Taste, Tune, answer, doubled, lead, make_tunes

_ARPEGGIO = {"broken": 1.0}
_VOICE = {"held": 1.0, "sparse": 1.0, "early": 0.7, "pushed": 0.7}
"""What those play who have one tone of the chords."""


@dataclass(frozen=True)
class Arrangement:
    """How the band of a style plays: its drummer, the rhythms that its bass and chords like, and its tunes.

    `glides` is the chance of a slide in the bass, `triplets` the weight of triplets in rap, `centre` the middle of the
    chords.
    """

    drummer: Drummer
    bass: Mapping[str, float]
    chords: Mapping[str, float]
    taste: Taste = field(default_factory=Taste)
    glides: float = 0.0
    triplets: float = 0.5
    centre: float = 60.0


def band(arrangement: Arrangement) -> Callable[[Plan], tuple[Part, ...]]:
    """What writes the parts of a plan in this arrangement."""

    def write(plan: Plan) -> tuple[Part, ...]:
        groove = make_groove(arrangement.drummer, plan)
        singer = _singer(plan)
        tunes = make_tunes(plan, arrangement.taste, singer) if singer is not None else []
        parts = []
        for player in plan.players:
            notes = _notes(player, plan, arrangement, groove, tunes, player is singer)
            parts.append(Part(player.instrument, player.role, tuple(notes), player.level, player.pan))
        return tuple(parts)

    return write


def _singer(plan: Plan) -> Player | None:
    """Who has the tune."""
    able = [player for player in plan.players if player.role in (Role.MELODY, Role.VOICE) and _can_sing(player)]
    return next((player for player in able if player.seat == "hook"), able[0] if able else None)


def _can_sing(player: Player) -> bool:
    return player.instrument.synth not in ("rap", "riser", "scratch")


def _notes(
    player: Player, plan: Plan, arrangement: Arrangement, groove: Groove, tunes: list[Tune], sings: bool
) -> list[Note]:
    if player.role is Role.DRUMS:
        return drum(player, plan, arrangement.drummer, groove)
    if player.role is Role.BASS:
        return bass_line(player, plan, groove, arrangement.bass, arrangement.glides)
    if player.role is Role.HARMONY:
        if not plays_chords(player.instrument):
            return comp(player, plan, _VOICE, arrangement.centre, 1)
        if player.seat == "pad":
            return pad(player, plan, arrangement.centre + 2)
        if player.seat == "arpeggio":
            return comp(player, plan, _ARPEGGIO, arrangement.centre + 10, 4)
        return comp(player, plan, arrangement.chords, arrangement.centre, 2 if player.seat == "second chords" else 4)
    if player.instrument.synth == "rap":
        return rap(player, plan, arrangement.triplets)
    if player.instrument.synth == "riser":
        return _rise(plan)
    if player.instrument.synth == "scratch":
        return _scratch(player, plan, groove)
    if sings:
        return lead(player, plan, tunes, arrangement.taste)
    return doubled(player, plan, tunes) if player.seat == "double" else answer(player, plan, tunes)


def _rise(plan: Plan) -> list[Note]:
    """Noise that grows over the last bars before a section that is louder."""
    bar = plan.metre.beats
    notes = []
    for before, after in zip(plan.sections, plan.sections[1:], strict=False):
        if after.energy - before.energy >= 0.2 or before.name == "build":
            bars = min(2 if before.bars >= 4 else 1, before.bars)
            notes.append(Note((after.first - bars) * bar, bars * bar, 60, 90))
    return notes


def _scratch(player: Player, plan: Plan, groove: Groove) -> list[Note]:
    """Scratches between the snares of the hook, or at its end."""
    bar = plan.metre.beats
    notes = []
    for number, section in enumerate(plan.section_of[:-1]):
        if section.energy < player.enters or (section.name not in LOUD and number % 4 != 3):
            continue
        for index, place in enumerate(groove.snares):
            phase = number % 2 * bar
            if phase <= place < phase + bar:
                at = place - phase
                offsets = (0.25, 0.5) if (number + index) % 2 else (0.5,)
                notes += [
                    Note(number * bar + at + offset, 0.22, 60 + 2 * index, 84)
                    for offset in offsets
                    if at + offset + 0.2 <= bar
                ]
    return notes
