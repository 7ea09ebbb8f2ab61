"""Names of files and folders that are valid on every system."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata

_PLAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
# reserved by Windows for devices
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
RULE = "take 1 to 32 small letters a to z, digits and hyphens between them"
_LONGEST = 255  # bytes of a name on most file systems
_LONGEST_SUFFIX = 5  # bytes: .flac, .json
_MARK = 8  # digits


def is_plain(name: object) -> bool:
    """Whether a name can be that of a folder on every system, and does not lead out of its parent."""
    return isinstance(name, str) and _PLAIN.fullmatch(name) is not None and name not in _DEVICES


def same_place(name: str) -> str:
    """A key that is equal for names that some file systems do not distinguish: by case, or by Unicode normalisation."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def marked(name: str, meant: str) -> str:
    """A name with a hash of `meant` appended, which makes it unique."""
    return _cut(name, _LONGEST - _LONGEST_SUFFIX - _MARK - 1) + "-" + _mark(meant)


def fitting(name: str) -> str:
    """The name, shortened with a hash if it would be too long with a suffix such as .flac or .json."""
    return name if len(os.fsencode(name)) <= _LONGEST - _LONGEST_SUFFIX else marked(name, name)


def _mark(meant: str) -> str:
    return hashlib.sha256(meant.encode("utf-8", "surrogatepass")).hexdigest()[:_MARK]


def _cut(name: str, most: int) -> str:
    """The beginning of a name in at most `most` bytes of whole characters."""
    while len(os.fsencode(name)) > most:
        name = name[:-1]
    return name
