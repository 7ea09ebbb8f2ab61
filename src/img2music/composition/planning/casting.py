"""Who plays: seats of a style filled by chance and mood, or the instruments that are asked for put where they fit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from img2music.composition.chance import at_quantile, stream
from img2music.composition.instruments import INSTRUMENTS, is_electronic, plays_chords
from img2music.composition.plan import Mood, Player
from img2music.composition.score import Instrument, Role
from img2music.composition.style import Seat, Style

_FULL = (Role.MELODY, Role.HARMONY, Role.BASS)
"""What music needs: the instruments that are asked for share these among them, as far as they can."""


def cast(
    style: Style, seed: int, mood: Mood, featured: Sequence[Instrument] = (), warmth: float | None = None
) -> list[Player]:
    """A band that the style is used to, brighter or darker and larger or smaller with the mood, and more acoustic or
    more electronic with the `warmth`.

    The first of the `featured` instruments that can has the tune, the others sit where they fit; all of them play.
    """
    players = []
    given = _seats_for(style, featured)
    taken: set[str] = {instrument.name for instrument in featured}
    for seat in style.seats:
        if seat.name in given:
            players.append(_seated(seat, given[seat.name], style, enters=0.0))
            continue
        if given and "rapper" in seat.instruments:  # nobody talks over whom the picture shows
            continue
        rng = stream(seed, style.name, "seat", seat.name)
        chance, choice = rng.random(), rng.random()
        likely = seat.chance if seat.chance >= 1 else seat.chance + 0.7 * (mood.density - 0.5)
        if chance >= likely:
            continue
        name = _suiting(seat, mood.brightness, warmth, choice, taken)
        taken.add(name)
        players.append(_seated(seat, INSTRUMENTS[name], style))
    if not any(player.role is Role.MELODY or player.instrument.synth == "rap" for player in players):
        seat = next(seat for seat in style.seats if seat.role is Role.MELODY)
        choice = stream(seed, style.name, "seat", seat.name).random()
        name = _suiting(seat, mood.brightness, warmth, choice, taken)
        players.append(_seated(seat, INSTRUMENTS[name], style))
    placed = {player.instrument.name for player in players}
    guests = [one for one in featured if one.name not in placed]
    return players + [_placed(guest, guest.roles[0], None, style) for guest in guests]


def _seats_for(style: Style, featured: Sequence[Instrument]) -> dict[str, Instrument]:
    """Who of the featured instruments sits where, by the names of seats."""
    given: dict[str, Instrument] = {}
    lead = leading_seat(style)
    for instrument in featured:
        if lead.name not in given and Role.MELODY in instrument.roles:
            given[lead.name] = instrument
            continue
        free = [seat for seat in style.seats if seat.name not in (*given, lead.name)]
        seat = next((seat for seat in free if instrument.name in seat.instruments), None)
        seat = seat or next((seat for role in instrument.roles for seat in free if seat.role == role), None)
        if seat is not None:
            given[seat.name] = instrument
    return given


def leading_seat(style: Style) -> Seat:
    """The seat of a style that has the tune."""
    singing = [seat for seat in style.seats if seat.role is Role.MELODY]
    return next((seat for seat in singing if seat.name == "hook"), singing[0])


def seat_all(style: Style, instruments: Sequence[Instrument]) -> list[Player]:
    """The instruments that are asked for, each in the seat that suits it, or as a guest. All play."""
    free = list(style.seats)
    players: list[Player] = []
    for instrument in instruments:
        seat = next((seat for seat in free if instrument.name in seat.instruments), None)
        seat = seat or next((seat for role in instrument.roles for seat in free if seat.role == role), None)
        if seat is None:
            players.append(_placed(instrument, instrument.roles[0], None, style))
            continue
        free.remove(seat)
        players.append(_seated(seat, instrument, style, enters=0.0))
    # What nobody does yet, one of them does as well: a piano alone plays tune, chords and bass. Who plays one note at
    # a time has one role: a cello alone plays the tune, not the bass.
    for role in _FULL:
        if any(player.role in (role, Role.VOICE if role == Role.MELODY else role) for player in players):
            continue
        able = next((player for player in players if role in player.instrument.roles), None)
        both = next((i for i in instruments if role in i.roles and plays_chords(i)), None)
        seat = next((seat for seat in free if seat.role == role), None)
        if both is not None:
            players.append(_placed(both, role, seat, style))
        elif able is not None and role is Role.MELODY:
            players[players.index(able)] = _placed(able.instrument, role, seat, style)
    return players


def _placed(instrument: Instrument, role: Role, seat: Seat | None, style: Style) -> Player:
    """The instrument in a seat, or without one as a guest."""
    if seat is None:
        return Player(instrument, role, "", 0.0, 0.0, 0.0, (style.genre, style.name))
    return _seated(seat, instrument, style, enters=0.0)


def reseated(players: Sequence[Player], style: Style, roles: Collection[Role]) -> list[Player]:
    """The same players, but those in some roles take the seats of another style."""
    free = list(style.seats)
    found = []
    for player in players:
        if player.role not in roles:
            found.append(player)
            continue
        seat = next((seat for seat in free if seat.role == player.role), None)
        if seat is None:
            found.append(replace(player, seat="", home=(style.genre, style.name)))
        else:
            free.remove(seat)
            found.append(_seated(seat, player.instrument, style, enters=0.0))
    return found


def _seated(seat: Seat, instrument: Instrument, style: Style, enters: float | None = None) -> Player:
    home = (style.genre, style.name)
    entry = seat.enters if enters is None else enters
    return Player(instrument, seat.role, seat.name, seat.level, seat.pan, entry, home)


def _suiting(seat: Seat, brightness: float, warmth: float | None, choice: float, taken: set[str]) -> str:
    """One of the seat's instruments: bright moods lean to bright ones, warm ones to acoustic ones, and nobody sits in
    two seats if it can be."""
    free = {name: weight for name, weight in seat.instruments.items() if name not in taken} or seat.instruments
    ordered = sorted(free, key=lambda name: INSTRUMENTS[name].brightness)
    lean = 3 * (brightness - 0.5)
    weights = {name: free[name] * max(1 + lean * (2 * INSTRUMENTS[name].brightness - 1), 0.05) for name in ordered}
    if warmth is not None:
        weights = {name: weight * _warmly(INSTRUMENTS[name], warmth) for name, weight in weights.items()}
    return at_quantile(weights, choice)


def _warmly(instrument: Instrument, warmth: float) -> float:
    """How likely an instrument is for a `warmth` beside one that suits it."""
    return max(1 - warmth if is_electronic(instrument) else warmth, 0.05)
