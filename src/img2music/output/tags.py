"""Tags of a file of music: title and genre, how it was made, credits, and the picture."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from img2music.errors import AudioError, printable
from img2music.output.list_info import with_info
from img2music.system.extras import needs

if TYPE_CHECKING:
    from pathlib import Path

    from mutagen.flac import Picture
    from mutagen.id3 import ID3
    from PIL import Image

    from img2music.output.snippet import Snippet

COVER_SIDE = 512
"""The longer side of an embedded picture, pixels at most."""
ARTIST = "Img2Music"
# spelled as music players know them
_GENRES = {"classical": "Classical", "hiphop": "Hip-Hop", "jazz": "Jazz", "pop": "Pop"}
_FRONT_COVER = 3


@dataclass(frozen=True)
class Tags:
    """What is written into a file of music; `cover` is a JPEG, `facts` are further tags by name."""

    title: str
    genre: str
    comment: str
    facts: dict[str, str]
    cover: bytes

    @classmethod
    def of(cls, snippet: Snippet, picture: Path, image: Image.Image) -> Tags:
        """The tags of a snippet made from `image`, which is RGB and was read from the file `picture`."""
        made = snippet.provenance
        facts = {
            "PICTURE": picture.name,
            "SEED": str(made.seed) if made.engine else "",
            "ALPHA": str(made.alpha) if made.engine else "",
            "MODELS": made.models,
            "LICENSE": " / ".join(map(str, made.embeddings)),
        }
        return cls(
            title=printable(picture.stem),
            genre=_GENRES.get(snippet.genre, snippet.genre),
            comment=printable(f"Made from {picture.name} by Img2Music {made.img2music}".rstrip()),
            facts={name: printable(value) for name, value in facts.items() if value},
            cover=_jpeg(image),
        )


def tagged(data: bytes, format: str, tags: Tags) -> bytes:
    """A file of music with `tags` written into it, reproducibly.

    `format` is wav, flac, ogg, mp3 or mp4. Raises `OptionError` when the extra `export` is not installed and
    `AudioError` when `data` is no such file.
    """
    with needs("export"):
        from mutagen import MutagenError
    try:
        file = io.BytesIO(with_info(data, _info(tags)) if format == "wav" else data)
        _WRITERS[format](file, tags)
    except (MutagenError, ValueError) as problem:
        raise AudioError(f"The tags cannot be written into this {format}; leave them out.") from problem
    return file.getvalue()


def _jpeg(image: Image.Image) -> bytes:
    small = image.copy()
    small.thumbnail((COVER_SIDE, COVER_SIDE))
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _info(tags: Tags) -> dict[str, str]:
    """The subset of tags for a `LIST INFO` chunk, which more programs display than ID3."""
    return {
        "INAM": tags.title,
        "IART": ARTIST,
        "IGNR": tags.genre,
        "ICMT": tags.comment,
        "ICOP": tags.facts.get("LICENSE", ""),
        "ISFT": ARTIST,
    }


def _write_wav(file: io.BytesIO, tags: Tags) -> None:
    from mutagen.wave import WAVE

    sound = WAVE(file)
    sound.add_tags()
    _fill_id3(cast("ID3", sound.tags), tags)
    file.seek(0)
    sound.save(file, v2_version=3)


def _write_mp3(file: io.BytesIO, tags: Tags) -> None:
    from mutagen.mp3 import MP3

    sound = MP3(file)
    sound.add_tags()
    _fill_id3(cast("ID3", sound.tags), tags)
    file.seek(0)
    sound.save(file, v2_version=3)


def _fill_id3(frames: ID3, tags: Tags) -> None:
    """Add frames that ID3 2.3 has as well: older players do not read 2.4."""
    from mutagen import id3

    frames.add(id3.TIT2(encoding=id3.Encoding.UTF16, text=tags.title))
    frames.add(id3.TPE1(encoding=id3.Encoding.UTF16, text=ARTIST))
    frames.add(id3.TCON(encoding=id3.Encoding.UTF16, text=tags.genre))
    frames.add(id3.COMM(encoding=id3.Encoding.UTF16, lang="eng", desc="", text=tags.comment))
    for name, value in tags.facts.items():
        frames.add(id3.TXXX(encoding=id3.Encoding.UTF16, desc=name, text=value))
    frames.add(id3.APIC(encoding=id3.Encoding.LATIN1, mime="image/jpeg", type=_FRONT_COVER, desc="", data=tags.cover))


def _write_flac(file: io.BytesIO, tags: Tags) -> None:
    from mutagen.flac import FLAC

    sound = FLAC(file)
    sound.update(_vorbis_comments(tags))
    sound.add_picture(_flac_picture(tags))
    file.seek(0)
    sound.save(file)


def _write_ogg(file: io.BytesIO, tags: Tags) -> None:
    from mutagen.oggvorbis import OggVorbis

    sound = OggVorbis(file)
    sound.update(_vorbis_comments(tags))
    sound["METADATA_BLOCK_PICTURE"] = base64.b64encode(_flac_picture(tags).write()).decode("ascii")
    file.seek(0)
    sound.save(file)


def _vorbis_comments(tags: Tags) -> dict[str, str]:
    named = {"TITLE": tags.title, "ARTIST": ARTIST, "GENRE": tags.genre, "COMMENT": tags.comment}
    return named | tags.facts


def _flac_picture(tags: Tags) -> Picture:
    from mutagen.flac import Picture
    from PIL import Image

    picture = Picture()
    picture.type, picture.mime, picture.data, picture.depth = _FRONT_COVER, "image/jpeg", tags.cover, 24
    with Image.open(io.BytesIO(tags.cover)) as image:
        picture.width, picture.height = image.size
    return picture


def _write_mp4(file: io.BytesIO, tags: Tags) -> None:
    from mutagen.mp4 import MP4, MP4Cover, MP4FreeForm

    sound = MP4(file)
    sound["\xa9nam"], sound["\xa9ART"], sound["\xa9gen"], sound["\xa9cmt"] = (
        tags.title,
        ARTIST,
        tags.genre,
        tags.comment,
    )
    for name, value in tags.facts.items():
        sound[f"----:com.apple.iTunes:{name}"] = MP4FreeForm(value.encode())
    sound["covr"] = [MP4Cover(tags.cover, MP4Cover.FORMAT_JPEG)]
    file.seek(0)
    sound.save(file)


_WRITERS = {"wav": _write_wav, "flac": _write_flac, "ogg": _write_ogg, "mp3": _write_mp3, "mp4": _write_mp4}
