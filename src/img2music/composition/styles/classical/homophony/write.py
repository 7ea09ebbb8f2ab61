"""Melody and accompaniment, section by section."""

from __future__ import annotations

from img2music.composition.chance import stream
from img2music.composition.plan import Plan
from img2music.composition.score import Note, Part, Role
from img2music.composition.styles.classical.homophony.accompanists import bass_part, harmony_part
from img2music.composition.styles.classical.homophony.leaders import tune_part
from img2music.composition.styles.classical.homophony.piece import compose_piece
from img2music.composition.styles.classical.lines import Desk, percussion


def write(plan: Plan) -> tuple[Part, ...]:
    """The parts of all players."""
    style = plan.players[0].home[1]
    leaders = [player for player in plan.players if player.role in (Role.MELODY, Role.VOICE)]
    piece = compose_piece(plan, style, leaders[0].instrument if leaders else None)
    basses = [player for player in plan.players if player.role is Role.BASS]
    helpers = [player for player in plan.players if player.role is Role.HARMONY]
    parts = []
    for player in plan.players:
        notes: list[Note] = []
        for number, section in enumerate(plan.sections):
            if player.enters > section.energy or player.role is Role.DRUMS:
                continue
            if player in leaders:
                notes += tune_part(piece, player, leaders, section, number)
            elif player in basses:
                notes += bass_part(piece, player, basses, section)
            else:
                notes += harmony_part(piece, player, helpers, section, alone=not basses)
        if player.role is Role.DRUMS:
            goals = [frame.goal for frame in piece.frames]
            rng = stream(plan.seed, "percussion")
            desk = Desk(plan, piece.expression, player.instrument, 84, rng)
            notes = percussion(desk, goals, plan.density_per_beat > 0.4)
        parts.append(Part(player.instrument, player.role, tuple(notes), player.level, player.pan))
    return tuple(parts)
