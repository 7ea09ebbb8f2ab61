"""The page on which music is heard plays files of the bundled models; `python examples/documentation.py --only listen`
makes both."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile
from examples.listening.media import LARGEST, LARGEST_FILM, MEDIA, SIDE, STAMP, Media, compact
from examples.listening.page import page
from PIL import Image

from img2music import Img2Music, Snippet, compose
from img2music.generation.credit import Credit
from img2music.genres import GENRES
from img2music.models.folder import Models
from img2music.options import COMPOSE
from img2music.output.provenance import Provenance
from img2music.synthesis.stems import NAMES
from img2music.synthesis.take import take_of
from places import ROOT

DOCS = ROOT / "docs"
PAGE = DOCS / f"{MEDIA}.md"
REMEDY = "run `python examples/documentation.py --only listen`"


def _text() -> str:
    return PAGE.read_text(encoding="utf-8")


def _named(text: str) -> set[str]:
    """The files that a page plays, shows or links to."""
    return set(re.findall(rf'(?:src="|href="|\]\(){MEDIA}/([^")]+)', text))


def _files(suffix: str = "") -> list[Path]:
    return sorted((DOCS / MEDIA).glob(f"*{suffix}"))


def test_the_sounds_are_of_the_bundled_models() -> None:
    stamp = json.loads((DOCS / MEDIA / STAMP).read_text(encoding="utf-8"))
    assert stamp["models"] == Models().version, REMEDY
    assert f"models {Models().version}." in _text()
    there = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in _files() if file.name != STAMP}
    assert there == stamp["sha256"], REMEDY


def test_the_page_plays_what_is_there_and_nothing_else() -> None:
    assert _named(_text()) == {file.name for file in _files()}, REMEDY


@pytest.mark.parametrize("genre", Img2Music().genres())
def test_of_each_genre_there_are_picture_music_score_and_stems(genre: str) -> None:
    named = _named(_text())
    assert {f"{genre}.jpg", f"{genre}.mp3", f"{genre}.svg", f"{genre}-paper.mp3"} <= named
    assert any(re.fullmatch(f"{genre}-(bass|harmony|melody).mp3", name) for name in named)


def test_the_files_are_small() -> None:
    assert 0 < sum(file.stat().st_size for file in _files()) <= LARGEST
    films = _files(".mp4")
    assert films
    assert max(film.stat().st_size for film in films) <= LARGEST_FILM


@pytest.mark.parametrize("file", _files(".mp3"), ids=lambda file: file.name)
def test_every_sound_can_be_heard(file: Path) -> None:
    info = soundfile.info(file)
    assert (info.samplerate, info.channels) == (44_100, 2)
    assert 14 < info.duration <= 181


def test_the_front_page_links_pictures_to_sounds_and_a_film() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    linked = re.findall(rf"\[!\[[^]]+\]\(docs/{MEDIA}/(\w+)\.jpg\)\]\(docs/{MEDIA}/(\w+)\.mp3\)", readme)
    assert [picture == sound for picture, sound in linked] == [True] * 3
    assert re.search(rf"\(docs/{MEDIA}/\w+\.mp4\)", readme)


class _Silent:
    """Makes silence for every picture, with a score where it is to be composed."""

    def genres(self) -> tuple[str, ...]:
        return GENRES

    def classify(self, picture: Path) -> SimpleNamespace:
        return SimpleNamespace(probabilities={picture.stem: 0.5})

    def generate(
        self, picture: Path, engine: str, genre: str | None = None, seconds: float = 0.1, **_: object
    ) -> Snippet:
        played = genre or picture.stem
        made = Provenance(sentence=f"<{played}>.", embeddings=(Credit("Known piece", "somebody", "CC0"),))
        take = take_of(compose(genre=played, bars=4), seconds) if engine == COMPOSE else None
        return Snippet(np.zeros((4410, 2), np.float32), 44_100, played, {played: 0.5}, made, take)

    def stems(self, snippet: Snippet) -> dict[str, Snippet]:
        return dict.fromkeys(NAMES, snippet)


def test_the_page_names_every_file_that_is_made_with_it(tmp_path: Path) -> None:
    pytest.importorskip("verovio")
    pytest.importorskip("av")
    text = page(_Silent(), media := Media(tmp_path, "2026.1"))
    media.stamp()
    assert _named(text) == {file.name for file in tmp_path.iterdir()}
    assert {"pop-as-jazz.mp3", "jazz-alpha-0.5.mp3", "hiphop-paper.mp3", "classical-long.mp3", "pop.svg"} <= _named(
        text
    )
    assert "with models 2026.1." in text
    assert "&lt;jazz&gt;. It looks like jazz (50\u00a0%)." in text
    captions = re.findall("<figcaption><b>(.+)[.]</b> (.+[.])</figcaption>\n", text)
    assert len(captions) == text.count("<figure") == text.count("<audio") + len(GENRES)
    assert sum(title.startswith("Stem: ") for title, _ in captions) > len(GENRES)
    assert all("[" not in caption for _, caption in captions)


def test_media_are_written_small_and_stamped(tmp_path: Path) -> None:
    media = Media(tmp_path, "2026.1")
    time = np.arange(2 * 44_100) / 44_100
    tone = np.stack([np.sin(2 * np.pi * 440 * time), np.sin(2 * np.pi * 660 * time)], axis=1).astype(np.float32) / 4
    sound = tmp_path / media.sound("tone", Snippet(tone, 44_100, "jazz"))
    picture = tmp_path / media.picture("square", Image.new("RGB", (900, 600), "red"))
    media.stamp()

    heard, rate = soundfile.read(sound)
    assert (rate, heard.shape[1]) == (44_100, 2)
    assert np.sqrt(np.mean(heard**2)) == pytest.approx(np.sqrt(np.mean(tone**2)), rel=0.05)
    assert b"2026.1" in sound.read_bytes()
    assert len(sound.read_bytes()) < 2 * 25_000  # bytes a second of less than 200 kbit/s
    with Image.open(picture) as small:
        assert max(small.size) == SIDE
    stamp = json.loads((tmp_path / STAMP).read_text(encoding="utf-8"))
    assert (stamp["models"], set(stamp["sha256"])) == ("2026.1", {"square.jpg", "tone.mp3"})


def test_an_engraved_score_loses_only_what_is_drawn_by_lot() -> None:
    drawn = '<svg width="9px" id="lot1">\n  <defs>\n <g id="E0A4-lot1">\n<path d="M0 0"/> </g></defs>\n'
    drawn += "<style>#lot1 path {stroke:currentColor}</style>"
    drawn += '<g id="n1" class="note"> <use href="#E0A4-lot1" x="3"/></g>\n</svg>'
    kept = '<svg width="9px" id="score"><defs><g id="E0A4-score"><path d="M0 0"/></g></defs>'
    kept += "<style>#score path {stroke:currentColor}</style>"
    kept += '<g class="note"><use href="#E0A4-score" x="3"/></g></svg>'
    assert compact(drawn) == kept
    assert compact(drawn.replace("lot1", "lot2").replace("n1", "n2")) == kept
