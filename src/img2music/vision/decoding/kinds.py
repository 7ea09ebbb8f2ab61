"""Which format the bytes of a file are in, by how they begin."""

from __future__ import annotations

from img2music.vision.decoding.formats import bmp, gif, heif, jpeg, png, tiff, webp
from img2music.vision.decoding.heic import check_installed
from img2music.vision.decoding.outline import Outline, UnfitError

_UNKNOWN = "is not a picture in a known format; save it as JPEG or PNG"
_OTHERS = (
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"8BPS", "a Photoshop file"),
    (b"gimp xcf", "a GIMP file"),
    (b"%PDF", "a PDF"),
    (b"FUJIFILMCCD-RAW", "a camera's raw picture"),
    (b"IIRO", "a camera's raw picture"),
    (b"IIRS", "a camera's raw picture"),
    (b"IIU\0", "a camera's raw picture"),
    (b"FOVb", "a camera's raw picture"),
    (b"\0\0\1\0", "an icon"),
    (b"qoif", "a QOI picture"),
    (b"PK\3\4", "an archive"),
)
_BOXES = {b"crx ": "a camera's raw picture", b"qt  ": "a film", b"isom": "a film", b"mp42": "a film", b"avc1": "a film"}
_TEXTS = ((b"<svg", "an SVG drawing"), (b"<!doctype html", "a web page"), (b"<html", "a web page"))
_LOOKED_AT = 1024


def outline(data: bytes) -> Outline:
    """The outline of a picture file. Raises `DamagedError`, and `UnfitError` when it is in no format that is read."""
    if data.startswith(b"\xff\xd8\xff"):
        return jpeg.outline(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return png.outline(data)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return webp.outline(data)
    if data.startswith((b"GIF87a", b"GIF89a")):
        return gif.outline(data)
    if data.startswith(b"BM"):
        return bmp.outline(data)
    if data.startswith(tiff.MAGIC) and data[8:10] != b"CR":
        return tiff.outline(data)
    kind = heif.kind_of(data)
    if kind == heif.HEIC:
        check_installed()
    if kind is not None:
        return heif.outline(data)
    raise UnfitError(_said_of_another(data))


def _said_of_another(data: bytes) -> str:
    """What to say of a file in no format that can be read."""
    named = next((name for start, name in _OTHERS if data.startswith(start)), None)
    if data[4:8] == b"ftyp":
        named = _BOXES.get(data[8:12])
    elif data.startswith(tiff.MAGIC):
        named = "a camera's raw picture"
    text = data[:_LOOKED_AT].lower()
    named = named or next((name for mark, name in _TEXTS if mark in text), None)
    return _UNKNOWN if named is None else f"is {named}, which cannot be read; save it as JPEG or PNG"
