"""HEIC, which telephones write and a package of its own reads."""

from __future__ import annotations

import io

from PIL import Image

from img2music.decoding.outline import UnfitError


def open_heic(data: bytes) -> Image.Image:
    """The main picture of a HEIC, upright. Raises `UnfitError` when the extra `heif` is not installed."""
    try:
        import pillow_heif
    except ModuleNotFoundError as missing:
        raise UnfitError("is a HEIC picture; run: pip install 'img2music[heif]' or save it as JPEG") from missing
    return pillow_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=True).to_pillow()
