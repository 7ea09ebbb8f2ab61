"""Those who play the tune: in turn, in thirds and sixths, in octaves, or against a held voice."""

from __future__ import annotations

from collections.abc import Sequence

from img2music.composition.chance import pick, stream
from img2music.composition.plan import Player
from img2music.composition.score import Note, Section
from img2music.composition.styles.classical.homophony.piece import Piece
from img2music.composition.styles.classical.lines import Desk, octaves, single
from img2music.composition.styles.classical.melody.tune import beside, played


def tune_part(piece: Piece, player: Player, leaders: Sequence[Player], section: Section, number: int) -> list[Note]:
    """What one of those who play the tune has in a section: the tune, a voice beside it, or a held one."""
    plan, place = piece.plan, leaders.index(player)
    tones = piece.tunes_of(section)
    rng = stream(plan.seed, "tune", place, section.first)
    active = [other for other in leaders if other.enters <= section.energy]
    closes = number == len(plan.sections) - 1  # the first of them has the last word
    leader = active[0] if piece.style == "piano" or closes else active[number % len(active)]
    light = stream(plan.seed, "light", section.label).random() * (0.6 if piece.style == "nocturne" else 1.0)
    shift = octaves([tone.pitch for tone in tones], player.instrument)
    if player is leader:
        return played(piece.expression, tones, 88, rng, light, shift)
    manner = pick(
        stream(plan.seed, "second", place, section.label),
        {"beside": 2, "octave": 2 if piece.style == "orchestral" else 0.3, "answer": 1},
    )
    if manner == "octave":
        shift = octaves([tone.pitch for tone in tones], player.instrument)
        return played(piece.expression, tones, 74, rng, light, shift)
    if manner == "beside":
        second = beside(tones, 40)
        return played(
            piece.expression, second, 72, rng, light, octaves([tone.pitch for tone in second], player.instrument)
        )
    voice = len(piece.chords[0].voices) - 2
    chords = piece.chords_of(section)
    pitches = [chord.voices[voice] for chord in chords]
    middle = (player.instrument.low + player.instrument.high) / 2
    shift = 12 * round((middle - sum(pitches) / len(pitches)) / 12)
    desk = Desk(plan, piece.expression, player.instrument, 68, rng)
    return single(desk, chords, voice, "held", 2, shift)
