"""A picture that is saved again asks for nearly the same, and gets the same band at nearly the same tempo."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from img2music.composition.brief import Brief, Feeling
from img2music.composition.contour import Contour
from img2music.composition.metre import Metre
from img2music.composition.plan import Plan
from img2music.composition.planning.length import fit
from img2music.composition.planning.planner import checked, plan_for
from img2music.genres import GENRES

FEELING = Feeling(*[0.5] * 6)


def _plan(genre: str, band: int | None = 3, **attributes: float) -> Plan:
    return plan_for(checked(Brief(genre, replace(FEELING, **attributes), seed=1, seconds=15.0, band=band)))


def _band(plan: Plan) -> tuple[object, ...]:
    return plan.style, plan.metre, plan.players


@pytest.mark.parametrize("genre", GENRES)
def test_small_differences_change_neither_style_nor_players(genre: str) -> None:
    for band in range(4):
        usual = _band(_plan(genre, band))
        assert _band(_plan(genre, band, tempo=0.55, brightness=0.45, density=0.6)) == usual
        assert _band(_plan(genre, band, tempo=0.74, brightness=0.35, density=0.65)) == usual


@pytest.mark.parametrize("attribute", ["tempo", "brightness", "density"])
def test_large_differences_do(attribute: str) -> None:
    changed = [_band(_plan("jazz", band, **{attribute: 0.1})) != _band(_plan("jazz", band)) for band in range(8)]
    assert sum(changed) >= 3


@pytest.mark.parametrize("genre", GENRES)
def test_the_tempo_follows_the_mood_without_leaps(genre: str) -> None:
    moods = [0.26 + 0.006 * step for step in range(40)]  # within one of the steps that decide on the style
    for band in (1, 2):
        tempos = [_plan(genre, band, tempo=mood).tempo.initial for mood in moods]
        steps = [after / before for before, after in pairwise(tempos)]
        assert all(0.98 < step < 1.045 for step in steps)
        assert sum(step > 1.03 for step in steps) <= 2  # where there is one bar more
        assert tempos[-1] > 1.04 * tempos[0]


@pytest.mark.parametrize("genre", GENRES)
def test_everybody_in_the_band_plays_whatever_the_contour_and_the_seed(genre: str) -> None:
    flat = (0.5,) * 16
    for band in range(3):
        plans: list[Plan] = []
        for seed, detail in enumerate((flat, (0.1,) * 16, (0.2,) * 8 + (0.8,) * 8, (0.45,) * 16)):
            contour, feeling = Contour(flat, detail, flat), replace(FEELING, energy=0.4 + 0.05 * seed)
            style = plans[0].style if plans else None  # a little more energy may lead to another one
            brief = Brief(genre, feeling, seed=seed, seconds=15.0, band=band, contour=contour, style=style)
            plans.append(plan_for(checked(brief)))
        assert len({tuple(player.instrument.name for player in plan.players) for plan in plans}) == 1
        for plan in plans:
            assert max(player.enters for player in plan.players) <= max(each.energy for each in plan.sections)


@pytest.mark.parametrize("wanted", [97.0, 111.0, 133.5, 138.0, 149.0])
def test_a_tempo_that_must_move_moves_as_little_as_it_can(wanted: float) -> None:
    length = fit(Brief("jazz", seconds=15.0), Metre(4, 4), wanted, 60, 240, None)
    assert length.bpm == pytest.approx(wanted, rel=0.01)
    assert 0 <= length.spare <= 240 / length.bpm  # the last chord is held for a bar more at most


def test_even_numbers_of_bars_are_preferred_where_the_tempo_stays_near() -> None:
    found = [fit(Brief("jazz", seconds=15.0), Metre(4, 4), bpm / 2, 60, 240, None).bars for bpm in range(230, 300)]
    assert found.count(8) > found.count(7) > 0
