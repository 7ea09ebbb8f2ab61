"""Stored views are those that were asked for, and are not made twice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed")

from conftest import draw_cover  # noqa: E402
from img2music.data.covers.cover import Cover  # noqa: E402
from img2music.errors import OptionError  # noqa: E402
from img2music.training.covers.view_cache import build_view_cache, open_stem_outputs  # noqa: E402


@pytest.fixture
def covers(tmp_path: Path) -> list[Cover]:
    draw_cover().save(tmp_path / "cover.png")
    return [Cover(tmp_path / "cover.png", genre, "drawn", str(number)) for number, genre in enumerate(["jazz", "pop"])]


def test_more_passes_leave_the_first_ones_alone(covers: list[Cover], tmp_path: Path) -> None:
    build_view_cache(None, covers, tmp_path / "views", 3, 16)
    first = np.array(open_stem_outputs(tmp_path / "views"))
    assert first.shape == (3, 2, 3, 16, 16) and first.dtype == np.uint8
    build_view_cache(None, covers, tmp_path / "views", 2, 16)
    np.testing.assert_array_equal(open_stem_outputs(tmp_path / "views"), first)


@pytest.mark.parametrize(("size", "augmentation", "count"), [(24, "robust", 2), (16, "mild", 2), (16, "robust", 1)])
def test_views_of_another_kind_are_not_taken_for_these(
    covers: list[Cover], tmp_path: Path, size: int, augmentation: str, count: int
) -> None:
    build_view_cache(None, covers, tmp_path / "views", 1, 16)
    with pytest.raises(OptionError, match="give another folder"):
        build_view_cache(None, covers[:count], tmp_path / "views", 1, size, augmentation)


def test_views_through_one_stem_are_not_taken_for_those_through_another(covers: list[Cover], tmp_path: Path) -> None:
    halves, quarters = (torch.nn.AvgPool2d(size) for size in (2, 4))
    build_view_cache(halves, covers, tmp_path / "views", 1, 16)
    for stem in (None, quarters):
        with pytest.raises(OptionError, match="give another folder"):
            build_view_cache(stem, covers, tmp_path / "views", 1, 16)
    with pytest.raises(OptionError, match="give another folder"):
        build_view_cache(halves, covers, tmp_path / "views", 1, 16, taught=True)


def test_views_that_do_not_say_what_they_are_are_refused(covers: list[Cover], tmp_path: Path) -> None:
    build_view_cache(None, covers, tmp_path / "views", 1, 16)
    (tmp_path / "views" / "passes.json").write_text("1")
    with pytest.raises(OptionError, match="give another folder"):
        build_view_cache(None, covers, tmp_path / "views", 1, 16)
