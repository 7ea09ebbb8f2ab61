"""Form in jazz: head, solos, head, with an introduction and a tag where there is room."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from img2music.composition.chance import pick
from img2music.composition.score import Section
from img2music.composition.styles.jazz.harmony import chart_length

_ENERGIES = {"intro": 0.4, "head": 0.6, "solo": 0.75, "trades": 0.85, "outro": 0.5}


def form_of(style: str) -> Callable[[int, Random], tuple[Section, ...]]:
    """The form of a style: a function of the bars that there are."""

    def form(bars: int, rng: Random) -> tuple[Section, ...]:
        return _sections(_rows(bars, chart_length(style, bars), rng))

    return form


def _rows(bars: int, chorus: int, rng: Random) -> list[tuple[str, int]]:
    if bars < 5:
        return [("head", bars)]
    if bars < 8:
        return [("head", bars - 2), ("outro", 2)]
    if bars < 12:
        if rng.random() < 0.5:
            return [("head", 4), ("solo", bars - 6), ("outro", 2)]
        return [("intro", 2), ("head", bars - 4), ("outro", 2)]
    if bars < 2 * chorus:
        intro = pick(rng, {0: 2, 2: 1, 4: 1 if bars >= 16 else 0})
        rest = bars - intro
        head = 4 if rest < 18 else 8
        ending = 4 if rest >= 12 else 2
        return [("intro", intro), ("head", head), ("solo", rest - head - ending), ("head", ending)]
    intro = pick(rng, {0: 1, 4: 2, 2: 1}) if bars % chorus < 4 else 4
    if bars < 3 * chorus:
        head = chorus // 2 // 4 * 4 if chorus > 8 and chorus != 12 else chorus
        solo = bars - intro - head - max(chorus // 2, 4)
        return [("intro", intro), ("head", head), ("solo", solo), ("head", bars - intro - head - solo)]
    outro = 4 if (bars - intro) % chorus >= 4 else 0
    choruses = (bars - intro - outro) // chorus
    rest = bars - intro - outro - choruses * chorus
    rows, trades = [("intro", intro), ("head", chorus)], choruses >= 5
    rows += [("solo", chorus)] * (choruses - 2 - trades)
    if trades:
        rows.append(("trades", chorus))
    return [*rows, ("head", chorus), ("outro", outro + rest)]


def _sections(rows: list[tuple[str, int]]) -> tuple[Section, ...]:
    labels: dict[str, str] = {}
    found, first, solos = [], 0, 0
    for name, bars in rows:
        if bars <= 0:
            continue
        label = labels.setdefault(name, chr(ord("A") + len(labels)))
        energy = _ENERGIES[name]
        if name == "solo":
            energy, solos = min(energy + 0.05 * solos, 0.95), solos + 1
        found.append(Section(name, label, first, bars, round(energy, 3)))
        first += bars
    return tuple(found)
