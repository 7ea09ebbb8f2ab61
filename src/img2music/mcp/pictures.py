"""The pictures that agents name or send."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Any

from img2music.errors import OptionError
from img2music.mcp.arguments import Argument, any_text
from img2music.vision.picture import MAX_BYTES, PictureFile

LARGEST_BASE64 = 4 * MAX_BYTES // 3 + 4
"""Characters of the largest picture that is read."""
PICTURE = (
    Argument("picture", "string", "Path of the picture on this machine: JPEG, PNG, WebP, GIF, BMP, TIFF or AVIF."),
    Argument("picture_base64", "string", "Instead of a path, the bytes of the file in base64.", read=any_text),
)
"""The two arguments, of which a tool takes one."""
_NAMELESS = Path("picture")


def picture_in(values: dict[str, Any]) -> PictureFile | None:
    """Take the picture out of the values of arguments; None where there is none.

    It is decoded in a process of its own. Raises `OptionError` when there are two or the base64 is malformed, and
    `PictureError` when it cannot be read.
    """
    path, encoded = values.pop("picture", None), values.pop("picture_base64", None)
    if path is not None and encoded is not None:
        raise OptionError("There are both picture and picture_base64; give one of them.")
    if path is not None:
        return PictureFile.read(Path(path), apart=True)
    if encoded is not None:
        return PictureFile.decode(_bytes(encoded), _NAMELESS, "The picture in picture_base64", apart=True)
    return None


def needed_picture(tool: str, values: dict[str, Any]) -> PictureFile:
    """As `picture_in`. Raises `OptionError` where there is none, too."""
    found = picture_in(values)
    if found is None:
        raise OptionError(f"{tool} needs a picture; give picture, a path, or picture_base64.")
    return found


def _bytes(encoded: str) -> bytes:
    if len(encoded) > LARGEST_BASE64:
        raise OptionError(f"picture_base64 is above {MAX_BYTES // 2**20} MiB; save the picture smaller.")
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as problem:
        raise OptionError("picture_base64 is not base64; give the bytes of the file in its letters alone.") from problem


def stem_of(picture: PictureFile | None, name: str | None, otherwise: str) -> str:
    """What files are called: the `name` that was given, or as the picture is."""
    if name:
        return name
    return otherwise if picture is None else picture.path.stem
