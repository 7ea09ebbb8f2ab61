"""The JSON file beside the music that says how to make it again. It may come from anyone, so it is not trusted."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from img2music.composition.brief import Brief
from img2music.errors import OptionError, OutputError, SidecarError
from img2music.generation.credit import Credit
from img2music.options import COMPOSE
from img2music.output.request import Request
from img2music.output.sidecar_name import sidecar_name
from img2music.output.sidecar_order import maybe, read_order, sha256, text
from img2music.system.files import atomic_write, flush_to_disk, read_regular, regular_file_size
from img2music.system.json_text import parse_json
from img2music.vision.picture import PictureFile

if TYPE_CHECKING:
    from img2music.output.snippet import Snippet

VERSION = 1
LARGEST = 2**20
"""Bytes above which a sidecar is refused."""


@dataclass(frozen=True)
class Sidecar:
    """How a file of music was made.

    It has the picture's path and SHA-256, the request with the genre, strength and engine that were used, the versions
    of program and models, the credits of the known embeddings, the SHA-256 of the user's own bank and of the MIDI file
    if one was used, the brief of what was composed, and the SHA-256 of the file of music, which older sidecars lack. Of
    a signed file, `unsigned` is the SHA-256 of what was signed, since no two signatures are equal."""

    picture: Path
    sha256: str
    request: Request
    img2music: str
    models: str
    embeddings: tuple[Credit, ...]
    bank: str | None = None
    score: str | None = None
    brief: Brief | None = None
    music: str | None = None
    unsigned: str | None = None

    @classmethod
    def of(cls, snippet: Snippet, picture: PictureFile, request: Request, music: bytes | None = None) -> Sidecar:
        """The sidecar of a snippet made from `picture` for `request` and stored as the bytes `music`."""
        made = snippet.provenance
        seconds = request.seconds if made.engine == COMPOSE else request.length
        return cls(
            picture=picture.path,
            sha256=picture.sha256,
            request=replace(request, genre=snippet.genre, alpha=made.alpha, engine=made.engine, seconds=seconds),
            img2music=made.img2music,
            models=made.models,
            embeddings=made.embeddings,
            bank=made.bank_sha256,
            score=None if made.score is None else made.score.sha256,
            brief=made.brief,
            music=None if music is None else hashlib.sha256(music).hexdigest(),
        )

    @classmethod
    def load(cls, path: Path) -> Sidecar:
        """Read a sidecar. Raises `SidecarError` when it is missing, above 1 MiB or not a whole sidecar."""
        return cls.parse(_read(path), path)

    @classmethod
    def parse(cls, text: bytes, path: Path) -> Sidecar:
        """The sidecar whose bytes were read from `path`. Raises `SidecarError` when they are not a whole sidecar."""
        try:
            return _parse(parse_json(text), path.parent)
        except (KeyError, TypeError, ValueError, OverflowError, AttributeError, OptionError) as problem:
            raise SidecarError(f"{path} is no sidecar of Img2Music, or a damaged one; make it again.") from problem

    def save(self, path: Path, force: bool = False) -> None:
        """Write the sidecar, with the picture's path relative to it.

        An identical file is left as it is; any other is replaced only with `force`. Raises
        `OutputError` when the file cannot be written.
        """
        data = (json.dumps(self.facts(path.parent), indent=2) + "\n").encode("ascii")
        try:
            with atomic_write(path, force) as temporary:
                temporary.write_bytes(data)
        except OutputError:
            if not _holds(path, data):
                raise

    def facts(self, folder: Path) -> dict[str, Any]:
        """What a sidecar in `folder` holds, for JSON."""
        facts: dict[str, Any] = {
            "sidecar": VERSION,
            "picture": {"path": _from_folder(self.picture, folder), "sha256": self.sha256},
            "order": self._order(folder),
            "versions": {"img2music": self.img2music, "models": self.models, "bank": self.bank, "score": self.score},
            "embeddings": [asdict(credit) for credit in self.embeddings],
        }
        if self.brief is not None:
            facts["brief"] = self.brief.as_dict()
        if self.music is not None:
            facts["music"] = {"sha256": self.music} | ({"unsigned": self.unsigned} if self.unsigned else {})
        return facts

    def _order(self, folder: Path) -> dict[str, Any]:
        """The request in values that JSON has."""
        score = self.request.score
        placed = None if score is None else _from_folder(score, folder)
        return asdict(self.request) | {"wishes": self.request.wishes.as_dict(), "score": placed}

    def describes(self, music: bytes) -> bool:
        """Whether these can be the bytes that the sidecar describes; an older one without SHA-256 fits any."""
        return self.music is None or hashlib.sha256(music).hexdigest() in (self.music, self.unsigned)


def sidecar_of(music: Path) -> Path:
    """The path of the sidecar of a file of music, or where it shall be written."""

    def format_in(name: str) -> str | None:
        try:
            return Sidecar.load(music.with_name(name)).request.format
        except (SidecarError, OSError, ValueError):
            return None

    return music.with_name(sidecar_name(music.name, format_in, lambda name: _is_there(music.with_name(name))))


def keep_with_sidecar(
    snippet: Snippet,
    picture: PictureFile,
    request: Request,
    music: Path,
    force: bool = False,
    sign: Callable[[bytes, Sidecar], bytes] | None = None,
) -> None:
    """Write a snippet made from `picture` for `request` to the file `music`, and its sidecar beside it.

    `sign` puts Content Credentials with the sidecar into the bytes of the file.

    The music is written first and renamed last: wherever it is, its sidecar is too, even if the disk fills up. If the
    program is killed in between, the sidecar's SHA-256 shows that it does not belong to older music. Files are replaced
    only with `force`, a sidecar also when its music is missing. Raises as `Request.encoded` does, and `OutputError`
    when one of them cannot be written.
    """
    data = request.encoded(snippet, picture)
    sidecar = Sidecar.of(snippet, picture, request, data)
    if sign is not None:
        data = sign(data, sidecar)
        sidecar = replace(sidecar, music=hashlib.sha256(data).hexdigest(), unsigned=sidecar.music)
    with atomic_write(music, force) as temporary:
        temporary.write_bytes(data)
        flush_to_disk(temporary)
        beside = sidecar_of(music)
        try:
            sidecar.save(beside, force or _is_left_over(beside, music))
        except OutputError:
            if (now := sidecar_of(music)) == beside:
                raise
            sidecar.save(now, force)  # another run has just put that of another format there


def _is_left_over(sidecar: Path, music: Path) -> bool:
    """Whether a sidecar exists without its music, as after a run that was killed."""
    try:
        Sidecar.load(sidecar)
    except (SidecarError, OSError, ValueError):
        return False
    return not _is_there(music)


def _is_there(path: Path) -> bool:
    try:
        return os.path.lexists(path)
    except (OSError, ValueError):
        return False


def _read(path: Path) -> bytes:
    if regular_file_size(path, SidecarError) > LARGEST:
        raise SidecarError(f"{path} is above {LARGEST >> 20} MiB; this is no sidecar of Img2Music.")
    return read_regular(path, LARGEST, SidecarError)


def _parse(facts: Any, folder: Path) -> Sidecar:
    """A sidecar in `folder`. Raises `KeyError`, `TypeError`, `ValueError`, `OverflowError` or `OptionError` if it is
    malformed."""
    if facts["sidecar"] != VERSION:
        raise ValueError("another version")
    music, versions, brief = facts.get("music"), facts["versions"], facts.get("brief")
    here = Path(os.path.realpath(folder))
    return Sidecar(
        picture=here / text(facts["picture"]["path"]),
        sha256=sha256(facts["picture"]["sha256"]),
        request=read_order(facts["order"], here),
        img2music=text(versions["img2music"]),
        models=text(versions["models"]),
        embeddings=tuple(map(_credit, facts["embeddings"])),
        bank=maybe(text, versions.get("bank")),
        score=maybe(sha256, versions.get("score")),
        brief=None if brief is None else Brief.from_dict(brief),
        music=None if music is None else sha256(music["sha256"]),
        unsigned=None if music is None else maybe(sha256, music.get("unsigned")),
    )


def _credit(facts: Any) -> Credit:
    return Credit(text(facts["title"]), text(facts["origin"]), text(facts["licence"]))


def _from_folder(file: Path, folder: Path) -> str:
    """The path of a file relative to a folder, so that both can be moved together."""
    # a link keeps its name, which tags contain
    whole = Path(os.path.realpath(file.parent), file.name)
    try:
        return Path(os.path.relpath(whole, os.path.realpath(folder))).as_posix()
    except ValueError:  # on another drive
        return str(whole)


def _holds(path: Path, data: bytes) -> bool:
    try:
        return read_regular(path, len(data), OutputError) == data
    except OutputError:
        return False
