"""Recipes come from anyone: what is no recipe ends in one line, however it is written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest.importorskip("yaml", reason="yaml is not installed")
pytest.importorskip("torch", reason="torch is not installed")

from img2music.errors import OptionError
from img2music.training.common.recipe import LARGEST, RECIPES, FlowRecipe, read_recipe

GOOD = RECIPES["flow"].read_text(encoding="utf-8")


def _read(folder: Path, text: str) -> FlowRecipe:
    path = folder / "recipe.yaml"
    path.write_text(text, encoding="utf-8")
    return read_recipe(FlowRecipe, path)


def test_a_good_recipe_is_read(tmp_path: Path) -> None:
    assert _read(tmp_path, GOOD) == read_recipe(FlowRecipe, "flow")


@pytest.mark.parametrize("value", [".nan", ".inf", "-1", "1e400", "true", "[1]", "2001-99-99", "9" * 5000, "!!int x"])
@pytest.mark.parametrize("key", ["width", "learning_rate"])
def test_what_is_no_number_to_train_with_is_refused(tmp_path: Path, key: str, value: str) -> None:
    lines = [f"{key}: {value}" if line.startswith(f"{key}:") else line for line in GOOD.splitlines()]
    with pytest.raises(OptionError) as refused:
        _read(tmp_path, "\n".join(lines))
    assert len(str(refused.value)) < 400 + len(str(tmp_path))


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x]\nb: [*a]\n",
        "width: &a [*a]\n",
        "[" * 50_000,
        "x: " + "y" * LARGEST,
        "width: !!python/object/apply:os.getcwd []\n",
        f"{GOOD}\nwidth: 8\n",
        "0x" + "f" * 60_000,
    ],
    ids=["alias", "loop", "deep", "long", "object", "twice", "number"],
)
def test_a_bomb_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(OptionError, match=r"cannot be read|not a list"):
        _read(tmp_path, text)


@pytest.mark.parametrize("name", ["0x" + "f" * 50_000, "[" * 50 + "]" * 50, '"\\ud800"', "{}"])
@pytest.mark.parametrize("line", ["? {}\n: 1\n", "width: {}\n"])
def test_what_cannot_be_shown_is_one_short_line(tmp_path: Path, line: str, name: str) -> None:
    lines = [text for text in GOOD.splitlines() if not text.startswith("width:")]
    with pytest.raises(OptionError) as refused:
        _read(tmp_path, "\n".join([*lines, line.format(name)]))
    assert len(str(refused.value)) < 400 + len(str(tmp_path))
    assert str(refused.value).isprintable()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "recipe.yaml")
    with pytest.raises(OptionError, match="cannot be read"):
        read_recipe(FlowRecipe, tmp_path / "recipe.yaml")


def test_recipes_of_earlier_runs_are_read_under_their_old_names(tmp_path: Path) -> None:
    text = RECIPES["flow-few-step"].read_text()
    old = text.replace("condition_dropout:", "forget:").replace("longest_step:", "longest_stride:")
    assert old != text
    (tmp_path / "old.yaml").write_text(old)
    assert read_recipe(FlowRecipe, tmp_path / "old.yaml") == read_recipe(FlowRecipe, "flow-few-step")
    (tmp_path / "both.yaml").write_text(f"{text}\nforget: 0.1\n")
    with pytest.raises(OptionError, match="unknown: forget"):
        read_recipe(FlowRecipe, tmp_path / "both.yaml")
