"""Harmony of songs: loops and progressions for each section, varied, coloured, and closed by a cadence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from random import Random

from img2music.composition.chance import at_quantile, one, pick, stream
from img2music.composition.plan import Plan
from img2music.composition.score import ChordSymbol
from img2music.composition.theory.harmony import Numeral, Progression, merged, numeral, progression, realise

Bar = tuple[Numeral, ...]

CADENCES: dict[str, dict[str, float]] = {
    "major": {"V": 3, "IV V": 3, "IIm V": 2, "IV IVm": 1.2, "IV": 1, "Vsus4 V": 1.5, "bVII": 0.7, "bVI bVII": 0.8},
    "lydian": {"V": 1, "II": 2, "II V": 2, "IIIm II": 1},
    "mixolydian": {"bVII": 3, "IV": 2, "bVII IV": 2, "Vm bVII": 1},
    "minor": {"V": 2.5, "bVII": 1.5, "IVm V": 2, "bVI bVII": 2, "IVm": 1, "IIm7b5 V": 1},
    "dorian": {"IV": 2.5, "bVII IV": 2, "Vm IV": 1, "bVII": 1},
    "phrygian": {"bII": 3, "bIIIm bII": 0.7, "bVIIm bII": 1, "IVm bII": 1},
}
"""What comes before the last chord, by mode."""
LIFTS: dict[bool, tuple[str, ...]] = {
    False: ("IV | V", "IIm | V", "VIm | V", "IIm | IIIm | IV | V", "IV | IIIm | IIm | V", "VIm | IV | IIm | Vsus4 V"),
    True: ("bVI | bVII", "IVm | V", "bVI | V", "IVm | Vm | bVI | bVII", "IVm | bIII | bVI | V", "bVI | bVII | bVI | V"),
}
"""What leads to a chorus, in major and minor."""
BRIDGES: dict[bool, tuple[str, ...]] = {
    False: ("VIm | IIIm | IV | V", "IV | IVm | I | V", "IIm | VIm | IV | V", "bVI | bVII | I | V", "VIm | II | IV | V"),
    True: ("bVI | bIII | bVII | V", "IVm | bVI | bIII | V", "bIII | bVII | IVm | V", "bVI | IVm | IIm7b5 | V"),
}
LONG_BAR = 2.7
"""Seconds above which a last bar would be too long for a single chord: the cadence is in its first half."""
_SUBSTITUTES: dict[Numeral, tuple[str, ...]] = {
    numeral("I"): ("VIm", "IIIm"),
    numeral("IV"): ("IIm", "IVm", "VIm"),
    numeral("V"): ("bVII", "IIIm", "Vsus4"),
    numeral("VIm"): ("IV", "I"),
    numeral("IIm"): ("IV", "II"),
    numeral("IIIm"): ("I", "III", "VIm"),
    numeral("Im"): ("bVI", "bIII"),
    numeral("IVm"): ("bVI", "IIm7b5", "IV"),
    numeral("bVI"): ("IVm", "Im"),
    numeral("bIII"): ("Im", "bVI"),
    numeral("bVII"): ("Vm", "bIII"),
}
"""What may stand for a chord: relatives, and borrowings from the other mode."""
_FIXED = ("m7b5", "dim7", "7alt", "7b9")
"""Qualities that lead somewhere: they are not replaced."""
_MAJOR_COLOURS = ("", "add9", "maj7", "maj9")
_MINOR_COLOURS = ("m", "m7", "m9", "m11")
_DOMINANT_COLOURS = ("", "7sus", "7", "9", "13")


def harmony_of(
    loops: Mapping[str, Sequence[str]], richness: float, one_loop: bool = False
) -> Callable[[Plan], tuple[ChordSymbol, ...]]:
    """What makes the chords of a plan in a style, as `song_chords` does."""
    return partial(song_chords, loops=loops, richness=richness, one_loop=one_loop)


def song_chords(
    plan: Plan, loops: Mapping[str, Sequence[str]], richness: float, one_loop: bool
) -> tuple[ChordSymbol, ...]:
    """The chords of a song.

    `loops` are progressions by mode; with `one_loop` all sections share one, as in music made of samples. `richness` is
    from triads to ninths, to which the mood's tension adds. The last bar is the tonic, and a cadence leads there.
    """
    rng = stream(plan.seed, plan.style, "chords")
    rich = min(max(richness + 0.5 * (plan.mood.tension - 0.5), 0.0), 1.0)
    own: dict[str, Progression] = {}
    bars: list[Bar] = []
    for index, section in enumerate(plan.sections):
        if section.label not in own:
            own[section.label] = _loop(plan, section.name, loops, own, one_loop, rng)
        loop = own[section.label]
        found = [loop[bar % len(loop)] for bar in range(section.bars)]
        following = plan.sections[index + 1] if index + 1 < len(plan.sections) else None
        if following is not None and not one_loop and section.bars >= 4 and following.energy > section.energy:
            found[-1] = _turn(found[-1], plan, rng)
        bars += found
    coloured = _colours(bars, plan, rich, rng)
    _close(coloured, plan, rich, rng)
    return merged(realise(coloured, plan.key, plan.metre))


def _loop(
    plan: Plan,
    name: str,
    loops: Mapping[str, Sequence[str]],
    own: Mapping[str, Progression],
    one_loop: bool,
    rng: Random,
) -> Progression:
    """The progression of a section: of its own, or that of an earlier one, with a few chords replaced."""
    if own and (one_loop or (name in ("intro", "outro", "break") and rng.random() < 0.8)):
        return next(iter(own.values()))
    if name in ("prechorus", "build"):
        return progression(one(rng, LIFTS[plan.minor]))
    if name == "bridge":
        return progression(one(rng, BRIDGES[plan.minor]))
    known = loops.get(plan.mode) or loops["minor" if plan.minor else "major"]
    loop = progression(one(rng, known))
    if one_loop and len(loop) > 1 and rng.random() < 0.25:
        loop = (*loop[len(loop) // 2 :], *loop[: len(loop) // 2])
    varied = _paced(_varied(loop, plan.mood.tension, rng), plan, rng)
    return varied if rng.random() < 0.75 or len(varied) < 4 else (*varied[:-1], varied[0])


def _paced(loop: Progression, plan: Plan, rng: Random) -> Progression:
    """A progression in its own pace or twice as slow or fast: two bars to a chord, or two chords to a bar."""
    pulse = plan.tempo.initial / plan.metre.pulse
    chance = rng.random()
    simple = all(len(bar) == 1 for bar in loop)
    if simple and chance < 0.16 and pulse > 80 and plan.bars >= 6:
        return tuple(bar for bar in loop for _ in (0, 1))
    if simple and len(loop) == 4 and chance > 0.8 and pulse < 130 and plan.metre.beats >= 3:
        return (loop[0] + loop[1], loop[2] + loop[3])
    if simple and len(loop) == 4 and chance > 0.65:
        return (loop[0], loop[1], loop[2] + loop[3], loop[0]) if chance > 0.72 else (loop[0], *loop[:3])
    return loop


def _varied(loop: Progression, tension: float, rng: Random) -> Progression:
    """A progression with some of its chords replaced by relatives, the first one seldom."""
    bars = []
    for index, bar in enumerate(loop):
        chance = (0.06 if index == 0 else 0.2) + 0.15 * tension
        above, quality = bar[-1]
        plain = (above, "m" if quality.startswith("m") and not quality.startswith("maj") else "")
        choices = () if quality in _FIXED else _SUBSTITUTES.get(plain, ())
        if choices and rng.random() < chance:
            bar = (*bar[:-1], numeral(one(rng, choices)))
        bars.append(bar)
    return tuple(bars)


def _turn(bar: Bar, plan: Plan, rng: Random) -> Bar:
    """The bar before a louder section: half of it, or all, leads there."""
    lead = numeral("V" if not plan.minor or rng.random() < 0.5 else "bVII")
    if plan.mode in ("mixolydian", "dorian", "phrygian"):
        lead = numeral({"mixolydian": "bVII", "dorian": "IV", "phrygian": "bII"}[plan.mode])
    if rng.random() < 0.4 or bar[-1] == lead:
        return bar
    return (lead,) if rng.random() < 0.4 else (bar[0], lead)


def _colours(bars: list[Bar], plan: Plan, rich: float, rng: Random) -> list[Bar]:
    """Sevenths, ninths and secondary dominants, the same wherever a bar comes back."""
    manner: dict[Numeral, Numeral] = {}
    dominants = 0.3 * max(plan.mood.tension - 0.35, 0.0) + 0.08 * rich
    led: dict[tuple[Bar, Numeral], bool] = {}
    found = []
    for index, bar in enumerate(bars):
        coloured = tuple(manner.setdefault(chord, _coloured(chord, rich, rng)) for chord in bar)
        following = bars[index + 1][0] if index + 1 < len(bars) else None
        room = following is not None and len(bar) == 1 and following[0] not in (bar[0][0], 0) and plan.metre.beats >= 3
        if room and following is not None and led.setdefault((bar, following), rng.random() < dominants):
            coloured = (coloured[0], ((following[0] + 7) % 12, "7"))
        found.append(coloured)
    return found


def _coloured(chord: Numeral, rich: float, rng: Random) -> Numeral:
    above, quality = chord
    level = rich + 0.35 * (rng.random() - 0.5)
    if quality == "" and above == 7:
        return above, _at(_DOMINANT_COLOURS, level)
    if quality == "" and above == 10:
        return above, _at(("", "add9", "7", "9"), level)
    if quality == "":
        return above, _at(_MAJOR_COLOURS, level)
    if quality == "m":
        return above, _at(_MINOR_COLOURS, level)
    return chord


def _at(options: Sequence[str], level: float) -> str:
    return options[min(max(int(level * len(options)), 0), len(options) - 1)]


def _close(bars: list[Bar], plan: Plan, rich: float, rng: Random) -> None:
    """A cadence in the bar before the last, and the tonic in the last."""
    cadence = pick(rng, CADENCES[plan.mode])
    tonic = "m" if plan.minor else ""
    chance = rng.random()
    if rich > 0.45:
        tonic = at_quantile(
            {"m": 1, "m7": 2, "m9": 2 * rich} if plan.minor else {"": 1, "add9": 1, "maj7": 2 * rich}, chance
        )
    bars[-1] = ((0, tonic),)
    if len(bars) < 2:
        return
    words = cadence.split()[-1:] if plan.metre.beats < 2 else cadence.split()
    leading = tuple(_coloured(numeral(word), rich, rng) for word in words)
    if plan.metre.beats * 60 / plan.tempo.initial > LONG_BAR and plan.metre.beats >= 3:
        bars[-1] = (leading[-1], (0, tonic))
        leading = leading[:-1] or bars[-2]
    bars[-2] = leading
