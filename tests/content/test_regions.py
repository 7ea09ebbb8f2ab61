"""Large regions of a picture become sections of its music."""

from __future__ import annotations

import random

import pytest

from img2music.composition.brief import Brief
from img2music.composition.compose import compose
from img2music.composition.contour import Contour
from img2music.composition.form.regions import borders_of, following
from img2music.composition.form.sections import arrange
from img2music.composition.score import Role, Score
from img2music.genres import GENRES
from img2music.wishes import Remake

FLAT = (0.5,) * 16


def _steps(*levels: float) -> tuple[float, ...]:
    """Regions of the same size."""
    return tuple(level for level in levels for _ in range(16 // len(levels)))


def _halves(*, dark: float = 0.2, light: float = 0.8) -> Contour:
    return Contour(_steps(dark, light), _steps(dark, light), FLAT)


def test_regions_begin_where_a_picture_changes() -> None:
    assert borders_of(_halves()) == (0.5,)
    assert borders_of(Contour(_steps(0.2, 0.8, 0.2, 0.8), FLAT, FLAT)) == (0.25, 0.5, 0.75)
    assert borders_of(Contour((0.2,) * 11 + (0.8,) * 5, FLAT, FLAT)) == (11 / 16,)
    assert borders_of(Contour(FLAT, FLAT, FLAT)) == ()
    assert borders_of(Contour((0.2, 0.8), (0.2, 0.8), (0.5, 0.5))) == (0.5,)


@pytest.mark.parametrize("seed", range(20))
def test_what_flickers_has_no_regions(seed: int) -> None:
    rng = random.Random(seed)
    points = [tuple(0.5 + 0.1 * (rng.random() - 0.5) for _ in range(16)) for _ in range(3)]
    assert borders_of(Contour(points[0], points[1], points[2])) == ()


def test_a_section_begins_where_a_region_does() -> None:
    later = Contour((0.2,) * 10 + (0.8,) * 6, FLAT, FLAT)
    moved = following(arrange(("verse", "chorus"), 16), later)
    assert [(section.name, section.first, section.bars) for section in moved] == [("verse", 0, 10), ("chorus", 10, 6)]
    divided = following(arrange(("chorus",), 8), later)
    assert [(section.name, section.label, section.first) for section in divided] == [
        ("chorus", "A", 0),
        ("chorus", "A", 5),
    ]


def test_long_pieces_and_those_without_a_picture_keep_the_form_of_their_style() -> None:
    form = arrange(("verse", "chorus", "verse", "chorus"), 25)
    assert following(form, _halves()) == form
    short = arrange(("verse", "chorus"), 5)
    assert following(short, None) == short


@pytest.mark.parametrize("seed", range(40))
def test_sections_always_make_up_the_piece(seed: int) -> None:
    rng = random.Random(seed)
    bars = rng.randint(1, 24)
    form = arrange(rng.choices(("intro", "verse", "chorus", "outro"), k=min(rng.randint(1, 4), bars)), bars)
    points = [_steps(*(rng.random() for _ in range(rng.choice((1, 2, 4))))) for _ in range(3)]
    contour = Contour(points[0], points[1], points[2])
    found = following(form, contour)
    assert [section.first for section in found] == [sum(each.bars for each in found[:n]) for n in range(len(found))]
    assert sum(section.bars for section in found) == bars
    assert all(section.bars >= 2 or section in form for section in found)
    assert {section.name for section in found} == {section.name for section in form}
    if bars >= 12 and len(form) == 1:
        assert {round(place * bars) for place in borders_of(contour)} == {section.first for section in found[1:]}


@pytest.mark.parametrize("genre", GENRES)
def test_sections_differ_as_regions_do(genre: str) -> None:
    def halves(score: Score) -> tuple[float, float]:
        """How loud each half is, added up over its notes."""
        found = [0.0, 0.0]
        for part, note in score.notes():
            if part.role is not Role.MELODY:
                found[note.start >= score.beats / 2] += note.velocity
        return found[0], found[1]

    growth = []
    for contour in (_halves(), _halves(dark=0.8, light=0.2)):
        sums = [0.0, 0.0]
        for seed in range(3):
            score = compose(Brief(genre, seed=seed, bars=8, contour=contour))
            middle = [section for section in score.sections if section.first == 4]
            assert middle
            first, second = halves(score)
            sums[0] += first
            sums[1] += second
        growth.append(sums[1] / sums[0])
    assert growth[0] > 1.3 * growth[1]


def test_a_section_that_follows_a_region_is_made_anew_as_any_other() -> None:
    brief = Brief("pop", seed=2, bars=8, contour=_halves())
    before, after = compose(brief), compose(Brief("pop", seed=2, bars=8, contour=_halves(), changes=(Remake(2, 9),)))
    assert after.sections == before.sections
    assert after.to_midi() != before.to_midi()
