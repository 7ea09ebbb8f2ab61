"""What can be found out about a file of music, which may come from anyone."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from img2music.errors import AudioError, PictureError, SidecarError
from img2music.origin.credentials import Credentials, read_credentials
from img2music.origin.tags.reading import format_of, read_tags
from img2music.output.formats import FORMATS
from img2music.output.sidecar import Sidecar, sidecar_of
from img2music.system.files import read_regular
from img2music.vision.picture import MAX_BYTES

LARGEST = 2**28
"""Bytes of the largest file that is looked at."""
_NO_SHA256 = "whether it was changed: there is neither a sidecar with its SHA-256 nor are there Content Credentials"
_NO_PICTURE = "from which picture it was made: there is neither a sidecar nor are there Content Credentials"


@dataclass(frozen=True)
class Check:
    """One thing that was checked: whether it fits, and a sentence about it."""

    fits: bool
    about: str


@dataclass(frozen=True)
class Findings:
    """A file of music and its SHA-256, its tags, sidecar and Content Credentials, and what was checked.

    `sidecar` is the one beside it or, where there is none, the one in the credentials. Of the `checks`, those of
    `file` say whether it was changed, those of `picture` whether it was made from that picture. `open` names what
    could not be checked."""

    file: Path
    format: str
    sha256: str
    tags: Mapping[str, str]
    sidecar: Sidecar | None
    credentials: Credentials | None
    file_checks: tuple[Check, ...] = ()
    picture_checks: tuple[Check, ...] = ()
    open: tuple[str, ...] = field(default=())

    @property
    def checks(self) -> tuple[Check, ...]:
        """All of them."""
        return self.file_checks + self.picture_checks

    @property
    def unchanged(self) -> bool | None:
        """Whether all that was checked fits; None where something that was asked for cannot be told."""
        if not all(check.fits for check in self.checks):
            return False
        return None if self.open else True

    def as_dict(self) -> dict[str, Any]:
        """The same for JSON."""
        made = self.sidecar
        return {
            "file": str(self.file),
            "format": self.format,
            "sha256": self.sha256,
            "unchanged": self.unchanged,
            "checks": [asdict(check) for check in self.checks],
            "open": list(self.open),
            "tags": dict(self.tags),
            "credentials": None if self.credentials is None else self.credentials.as_dict(),
            "sidecar": None if made is None else made.facts(self.file.parent),
        }


def examine(file: Path, sidecar: Path | None = None, picture: Path | None = None) -> Findings:
    """What can be found out about a file, with the sidecar beside it or another, and a picture to compare.

    Raises `AudioError` when the file cannot be read or is none that this program writes, `SidecarError` for a `sidecar`
    that is none, and `PictureError` when the picture cannot be read.
    """
    data = read_regular(file, LARGEST, AudioError)
    format = format_of(data)
    if format is None:
        raise AudioError(f"{file} is neither {', '.join(FORMATS[:-1])} nor {FORMATS[-1]}; give a file of music.")
    credentials = read_credentials(data, format)
    beside = Sidecar.load(sidecar) if sidecar is not None else _beside(file)
    inside = None if credentials is None else credentials.sidecar
    file_checks = [] if beside is None or beside.music is None else [_sidecar_check(beside, data)]
    if credentials is not None:
        file_checks.append(Check(credentials.valid, credentials.verdict))
    unknown: tuple[str, ...] = () if file_checks else (_NO_SHA256,)
    known = [made for made in (beside, inside) if made is not None]
    picture_checks: list[Check] = []
    if picture is not None:
        digest = hashlib.sha256(read_regular(picture, MAX_BYTES, PictureError)).hexdigest()
        picture_checks = [_picture_check(made, picture, digest) for made in known]
        unknown += () if picture_checks else (_NO_PICTURE,)
    return Findings(
        file,
        format,
        hashlib.sha256(data).hexdigest(),
        read_tags(data, format),
        next(iter(known), None),
        credentials,
        tuple(file_checks),
        tuple(picture_checks),
        unknown,
    )


def _beside(file: Path) -> Sidecar | None:
    """The sidecar beside a file; None where there is none that can be read."""
    place = sidecar_of(file)
    try:
        return Sidecar.load(place) if os.path.lexists(place) else None
    except SidecarError:
        return None


def _sidecar_check(sidecar: Sidecar, data: bytes) -> Check:
    if sidecar.describes(data):
        return Check(True, "these are the bytes that the sidecar describes")
    return Check(False, "these are not the bytes that the sidecar describes")


def _picture_check(sidecar: Sidecar, picture: Path, digest: str) -> Check:
    if sidecar.sha256 == digest:
        return Check(True, f"it was made from {picture}")
    return Check(False, f"it was not made from {picture}, or the picture has changed since")
