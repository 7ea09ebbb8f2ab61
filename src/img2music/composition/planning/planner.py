"""The plan for a brief."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

from img2music.composition.brief import FASTEST, LONGEST, MODES, MOST_BARS, SLOWEST, Brief, Feeling
from img2music.composition.chance import stream
from img2music.composition.form.regions import following
from img2music.composition.form.sections import arrange, shaped
from img2music.composition.instruments import find_instruments
from img2music.composition.metre import Metre
from img2music.composition.plan import Mood, Plan, Player
from img2music.composition.planning.casting import cast, reseated, seat_all
from img2music.composition.planning.choice import Choice, choose
from img2music.composition.planning.length import fit
from img2music.composition.planning.pace import played
from img2music.composition.score import Role, Section, Swing, TempoMap
from img2music.composition.style import Style
from img2music.errors import OptionError
from img2music.genres import check_genre
from img2music.wishes import Change, Remake

LARGEST_SEED = 2**63 - 1
_TEMPO_STEPS, _BAND_STEPS = 4, 3
"""In how many steps the tempo of a picture's mood decides on the style, and its brightness, density and energy on who
plays."""
_LENT = ((Role.DRUMS, 0.1), (Role.BASS, 0.3), (Role.HARMONY, 0.55), (Role.VOICE, 0.8), (Role.MELODY, 0.8))
"""Roles that a second genre takes over, and the share from which it does."""


def plan_for(brief: Brief) -> Plan:
    """What a `checked` brief leaves open is decided. Raises `OptionError` when it asks for what cannot be."""
    if brief.quote is not None:
        return _quoting(brief, brief.quote)
    mood = mood_for(brief.feeling, brief.band_seed)
    asked = () if brief.instruments is None else find_instruments(brief.instruments)
    featured = () if asked or not brief.featured else find_instruments(brief.featured)
    settled = mood if brief.band is None else coarse(mood)
    choice = choose(brief, mood, asked or featured, settled)
    other = _other(brief, mood, settled) if brief.blend is not None else None
    slowest, fastest, bpm = choice.slowest, choice.fastest, choice.bpm
    if other is not None and brief.bpm is None:
        bpm = bpm * (other.bpm / bpm) ** (brief.share / 2)
        slowest, fastest = min(slowest, bpm), max(fastest, bpm)
    chance = stream(brief.seed, "length").random() if brief.band is None else None
    length = fit(brief, choice.metre, bpm, slowest, fastest, chance)
    if brief.sections is not None:
        form = arrange(brief.sections, length.bars)
    else:
        form = choice.style.form(length.bars, stream(brief.band_seed, "form"))
    sections = shaped(following(form, brief.contour), brief.contour, brief.feeling.energy)
    if asked:
        players = seat_all(choice.style, asked)
    else:
        players = cast(choice.style, brief.band_seed, settled, featured, brief.feeling.warmth)
    feel = choice.style
    if other is not None:
        players = _blended(players, other.style, brief, settled)
        feel = other.style if brief.share >= _LENT[1][1] else choice.style
    if not asked:
        if brief.band is None:
            players = _heard(players, max(section.energy for section in sections))
        else:
            players = _heard_of(players, form, sections, brief.feeling.energy)
    key = brief.key if brief.key is not None else int(stream(brief.seed, "key").random() * 12)
    plan = Plan(
        choice.style.genre,
        choice.style.name,
        brief.seed,
        key,
        choice.mode,
        choice.metre,
        TempoMap(((0.0, length.bpm),))
        if brief.bpm is not None
        else played(feel.drift, brief.band_seed, length, choice.metre),
        _swing(feel, brief.band_seed, choice.metre),
        sections,
        (),
        tuple(players),
        mood,
        contour=brief.contour,
    )
    return replace(plan, chords=choice.style.harmonise(plan))


def _quoting(brief: Brief, title: str) -> Plan:
    """The plan for a brief that asks for a known work: in its mode and metre, with its chords where it is quoted."""
    from img2music.composition.quotation.quote import as_asked, harmonised
    from img2music.composition.quotation.works import find_work

    work = find_work(title)
    plan = plan_for(replace(as_asked(brief, work), quote=None))
    return replace(plan, chords=harmonised(plan, work), borrowed=True)


def checked(brief: Brief) -> Brief:
    """The brief with genres spelt and numbers written as usual. Raises `OptionError` when a value is out of range."""
    if not 0 <= brief.seed <= LARGEST_SEED:
        raise OptionError(f"seed is {_shown(brief.seed)}; choose a whole number from 0 to {LARGEST_SEED}.")
    if brief.bpm is not None and not SLOWEST <= brief.bpm <= FASTEST:
        raise OptionError(f"bpm is {_shown(brief.bpm)}; choose {SLOWEST:g} to {FASTEST:g}.")
    if brief.bars is not None and not 1 <= brief.bars <= MOST_BARS:
        raise OptionError(f"bars is {_shown(brief.bars)}; choose 1 to {MOST_BARS}.")
    if brief.seconds is not None and not SHORTEST <= brief.seconds <= LONGEST:
        raise OptionError(f"seconds is {_shown(brief.seconds)}; choose {SHORTEST:g} to {LONGEST:g}.")
    if brief.key is not None and not 0 <= brief.key <= 11:
        raise OptionError(f"key is {_shown(brief.key)}; choose a pitch class from 0, which is C, to 11.")
    if brief.mode is not None and brief.mode not in MODES:
        raise OptionError(f"There is no mode '{brief.mode}'; choose one of {', '.join(MODES)}.")
    if brief.band is not None and not 0 <= brief.band <= LARGEST_SEED:
        raise OptionError(f"band is {_shown(brief.band)}; choose a whole number from 0 to {LARGEST_SEED}.")
    if brief.room is not None and not 0 <= brief.room <= 1:
        raise OptionError(f"room is {_shown(brief.room)}; choose 0 to 1.")
    if brief.contour is not None:
        brief.contour.check()
    if not 0 <= brief.share <= 1:
        raise OptionError(f"share is {_shown(brief.share)}; choose 0 to 1.")
    if brief.metre is not None:
        _check_metre(brief.metre)
    for attribute in fields(Feeling):
        value = getattr(brief.feeling, attribute.name)
        if value is not None and not 0 <= value <= 1:
            raise OptionError(f"{attribute.name} is {_shown(value)}; choose 0 to 1.")
    _check_changes(brief.changes)
    blend = None if brief.blend is None else check_genre(brief.blend)
    return replace(
        brief,
        genre=check_genre(brief.genre),
        blend=blend,
        bpm=None if brief.bpm is None else float(brief.bpm),
        seconds=None if brief.seconds is None else float(brief.seconds),
    )


def _shown(number: float) -> str:
    """A number as it is shown; some whole ones are too large for that."""
    try:
        return f"{number:g}" if isinstance(number, float) else str(number)
    except ValueError:
        return "too large"


SHORTEST = 1.0
"""Seconds."""
SHORTEST_BAR, LONGEST_BAR = 1.0, 12.0
"""Beats."""


MOST_CHANGES = 32


def _check_changes(changes: Sequence[Change]) -> None:
    if len(changes) > MOST_CHANGES:
        raise OptionError(f"There are {len(changes)} changes; a piece can have {MOST_CHANGES}.")
    for change in changes:
        if not 0 <= change.seed <= LARGEST_SEED:
            raise OptionError(f"seed is {_shown(change.seed)}; choose a whole number from 0 to {LARGEST_SEED}.")
        if isinstance(change, Remake):
            continue
        if (change.seconds is None) == (change.bars is None):
            raise OptionError("An extension has either seconds or bars; give one of them.")
        if change.seconds is not None and not 0 < change.seconds <= LONGEST:
            raise OptionError(f"The extension is {_shown(change.seconds)} s long; choose up to {LONGEST:g} s.")
        if change.bars is not None and not 1 <= change.bars <= MOST_BARS:
            raise OptionError(f"The extension has {_shown(change.bars)} bars; choose 1 to {MOST_BARS}.")


def _check_metre(metre: Metre) -> None:
    if metre.numerator < 1 or metre.denominator not in (2, 4, 8, 16):
        raise OptionError(f"There is no metre {metre}; write it like 4/4, 3/4 or 6/8.")
    if not SHORTEST_BAR <= metre.beats <= LONGEST_BAR:
        raise OptionError(f"A bar of {metre} is {metre.beats:g} quarter notes long; choose a metre from 2/8 to 12/4.")


def mood_for(feeling: Feeling, seed: int) -> Mood:
    """The feeling with what it leaves open drawn by the seed."""
    asked = {attribute.name: getattr(feeling, attribute.name) for attribute in fields(Mood)}
    return Mood(
        **{name: stream(seed, "mood", name).random() if value is None else value for name, value in asked.items()}
    )


def coarse(mood: Mood) -> Mood:
    """The mood with what decides on style and players in a few steps: pictures that differ little have the same."""
    return replace(
        mood,
        tempo=_stepped(mood.tempo, _TEMPO_STEPS),
        brightness=_stepped(mood.brightness, _BAND_STEPS),
        density=_stepped(mood.density, _BAND_STEPS),
    )


def _stepped(value: float, steps: int) -> float:
    """The middle of that of so many equal steps from 0 to 1 in which a value is."""
    return (min(int(value * steps), steps - 1) + 0.5) / steps


def _other(brief: Brief, mood: Mood, settled: Mood) -> Choice:
    """What the second genre of a blend would be like."""
    return choose(replace(brief, genre=brief.blend or brief.genre, style=None, blend=None), mood, (), settled)


def _blended(players: list[Player], style: Style, brief: Brief, mood: Mood) -> list[Player]:
    """The band with the second genre's players in the roles that it takes over."""
    lent = {role for role, least in _LENT if brief.share >= least}
    if brief.instruments is not None:
        return reseated(players, style, lent)
    hosts = cast(style, brief.band_seed, mood, warmth=brief.feeling.warmth)
    guests = [player for player in hosts if player.role in lent]
    roles = {player.role for player in guests}
    return [player for player in players if player.role not in roles] + guests


def _heard(players: list[Player], loudest: float) -> list[Player]:
    """Without those that would never enter; somebody always plays."""
    return [player for player in players if player.enters <= loudest] or players[:1]


def _heard_of(
    players: list[Player], form: Sequence[Section], sections: Sequence[Section], energy: float | None
) -> list[Player]:
    """Those that enter in a form at about the `energy` of a picture; they do so in the loudest of its sections at the
    latest, whatever its contour makes of them."""
    usual = shaped(form, None, None if energy is None else _stepped(energy, _BAND_STEPS))
    loudest = max(section.energy for section in sections)
    heard = _heard(players, max(section.energy for section in usual))
    return [replace(player, enters=min(player.enters, loudest)) for player in heard]


def _swing(style: Style, seed: int, metre: Metre) -> Swing:
    low, high = style.swing
    if high <= 0.5 or metre.compound or metre.beats % (2 * style.swing_unit):
        return Swing()
    return Swing(round(low + (high - low) * stream(seed, "swing").random(), 3), style.swing_unit)
