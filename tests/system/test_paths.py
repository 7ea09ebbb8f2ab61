"""Where the user's own files and what can be fetched again are kept."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from img2music.errors import OptionError
from img2music.system.paths import cache_folder, data_folder


def _pretend(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the program think that it runs on another platform, which platformdirs asks for when it is imported."""
    monkeypatch.setattr(sys, "platform", platform)
    for name in [name for name in sys.modules if name.partition(".")[0] == "platformdirs"]:
        monkeypatch.delitem(sys.modules, name)


@pytest.mark.parametrize(
    ("platform", "variables", "place"),
    [
        ("linux", {}, "home/.local/share/img2music"),
        ("linux", {"XDG_DATA_HOME": "TMP/xdg"}, "xdg/img2music"),
        ("linux", {"XDG_DATA_HOME": "relative"}, "home/.local/share/img2music"),
        ("darwin", {}, "home/Library/Application Support/img2music"),
        ("linux", {"IMG2MUSIC_DATA": "TMP/mine"}, "mine"),
        ("linux", {"IMG2MUSIC_DATA": "~/mine"}, "home/mine"),
    ],
)
def test_each_platform_has_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, variables: dict[str, str], place: str
) -> None:
    for name in ("IMG2MUSIC_DATA", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"HOME": "TMP/home"}.items() | variables.items():
        monkeypatch.setenv(name, value.replace("TMP", str(tmp_path)))
    _pretend(platform, monkeypatch)
    assert data_folder() == tmp_path / place


@pytest.mark.parametrize(
    ("platform", "variables", "place"),
    [
        ("linux", {}, "home/.cache/img2music"),
        ("linux", {"XDG_CACHE_HOME": "TMP/xdg"}, "xdg/img2music"),
        ("linux", {"XDG_CACHE_HOME": "relative"}, "home/.cache/img2music"),
        ("darwin", {}, "home/Library/Caches/img2music"),
        ("linux", {"IMG2MUSIC_CACHE": "~/mine"}, "home/mine"),
    ],
)
def test_each_platform_has_its_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, variables: dict[str, str], place: str
) -> None:
    for name in ("IMG2MUSIC_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"HOME": "TMP/home"}.items() | variables.items():
        monkeypatch.setenv(name, value.replace("TMP", str(tmp_path)))
    _pretend(platform, monkeypatch)
    assert cache_folder() == tmp_path / place


@pytest.mark.parametrize(("folder", "variable"), [(data_folder, "IMG2MUSIC_DATA"), (cache_folder, "IMG2MUSIC_CACHE")])
def test_whoever_has_no_home_is_told_which_variable_to_set(
    monkeypatch: pytest.MonkeyPatch, folder: object, variable: str
) -> None:
    monkeypatch.setenv(variable, "~nobody-of-this-name/music")
    with pytest.raises(OptionError, match=variable):
        folder()
