"""Tags and the picture lie in every format, the music is untouched, and the bytes are the same every time."""

from __future__ import annotations

import base64
import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from conftest import draw_cover
from img2music.audio.files.io import load_audio
from img2music.errors import AudioError
from img2music.generation.credit import Credit
from img2music.output.provenance import Provenance
from img2music.output.snippet import Snippet
from img2music.output.tags import COVER_SIDE, Tags, tagged

mutagen = pytest.importorskip("mutagen")

RATE = 22050
FORMATS = ("wav", "flac", "ogg", "mp3")
KNOWN = Credit("Étude", "shelf 3", "CC0-1.0")


def _snippet() -> Snippet:
    samples = 0.5 * np.sin(2 * np.pi * 440 * np.arange(2 * RATE) / RATE)
    made = Provenance(
        seed=7,
        alpha=0.5,
        engine="flow",
        embeddings=(KNOWN, replace(KNOWN, title="Two")),
        img2music="1",
        models="tiny",
    )
    return Snippet(samples.astype(np.float32), RATE, "hiphop", {"hiphop": 1.0}, made)


def _tags(name: str = "my cover.png", size: tuple[int, int] = (900, 600)) -> Tags:
    return Tags.of(_snippet(), Path("album") / name, draw_cover(size=size))


def _save(folder: Path, format: str, tags: Tags | None) -> Path:
    return _snippet().save(folder / f"tune.{format}", force=True, tags=tags)


def _read_tags(path: Path) -> tuple[dict[str, str], bytes]:
    """Every text of a file by the name that Vorbis comments give it, and the picture."""
    found = mutagen.File(path)
    if path.suffix in (".wav", ".mp3"):
        names = {"TIT2": "title", "TPE1": "artist", "TCON": "genre", "COMM::eng": "comment"}
        texts = {names.get(key, key.removeprefix("TXXX:").lower()): str(frame) for key, frame in found.tags.items()}
        texts.pop("apic:")
        return texts, found.tags["APIC:"].data
    texts = {key: value for key, (value,) in found.tags.as_dict().items() if key != "encoder"}
    if path.suffix == ".flac":
        return texts, found.pictures[0].data
    picture = mutagen.flac.Picture(base64.b64decode(texts.pop("metadata_block_picture")))
    return texts, picture.data


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_says_what_it_is(tmp_path: Path, format: str) -> None:
    texts, picture = _read_tags(_save(tmp_path, format, _tags()))
    assert texts == {
        "title": "my cover",
        "artist": "Img2Music",
        "genre": "Hip-Hop",
        "comment": "Made from my cover.png by Img2Music 1",
        "picture": "my cover.png",
        "seed": "7",
        "alpha": "0.5",
        "models": "tiny",
        "license": "Étude; shelf 3; CC0-1.0 / Two; shelf 3; CC0-1.0",
    }
    with Image.open(io.BytesIO(picture)) as cover:
        assert (cover.format, cover.size) == ("JPEG", (COVER_SIDE, 341))
        assert np.abs(np.array(cover.getpixel((500, 20))) - (255, 165, 0)).max() < 8


@pytest.mark.parametrize("format", FORMATS)
def test_the_music_stays_the_same(tmp_path: Path, format: str) -> None:
    plain = load_audio(_save(tmp_path, format, None))
    np.testing.assert_array_equal(load_audio(_save(tmp_path, format, _tags())), plain)


@pytest.mark.parametrize("format", FORMATS)
def test_equal_tags_give_equal_bytes(tmp_path: Path, format: str) -> None:
    first = _save(tmp_path, format, _tags()).read_bytes()
    assert _save(tmp_path, format, _tags()).read_bytes() == first
    assert _save(tmp_path, format, _tags("other.png")).read_bytes() != first


@pytest.mark.parametrize("format", FORMATS)
def test_a_name_that_no_encoding_knows_is_written_with_question_marks(tmp_path: Path, format: str) -> None:
    texts, _ = _read_tags(_save(tmp_path, format, _tags("a\udcff\n\0b.png")))
    assert (texts["title"], texts["picture"]) == ("a???b", "a???b.png")


@pytest.mark.parametrize("size", [(1, 1), (3000, 1), (64, 48)])
def test_a_small_picture_is_not_enlarged(size: tuple[int, int]) -> None:
    with Image.open(io.BytesIO(_tags(size=size).cover)) as cover:
        assert cover.size == (min(size[0], COVER_SIDE), size[1])


@pytest.mark.parametrize("format", [*FORMATS, "mp4"])
@pytest.mark.parametrize("data", [b"", b"no music", bytes(5000)])
def test_what_is_no_music_takes_no_tags(format: str, data: bytes) -> None:
    with pytest.raises(AudioError, match="cannot be written"):
        tagged(data, format, _tags())


def test_without_the_extra_plain_files_are_saved_and_tags_say_what_to_install(tmp_path: Path) -> None:
    code = """
import sys
sys.modules["mutagen"] = None
from pathlib import Path
import numpy as np
from PIL import Image
from img2music.errors import OptionError
from img2music.generation.credit import Credit
from img2music.output.provenance import Provenance
from img2music.output.snippet import Snippet
from img2music.output.tags import Tags
snippet = Snippet(np.zeros(22050, np.float32), 22050, "pop")
snippet.save("plain.wav")
try:
    snippet.save("tagged.wav", tags=Tags.of(snippet, Path("a.png"), Image.new("RGB", (9, 9))))
except OptionError as error:
    print(error)
"""
    result = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert result.stdout == "mutagen is not installed; run: pip install 'img2music[export]'\n"
    assert [path.name for path in tmp_path.iterdir()] == ["plain.wav"]
