"""Pictures as telephones and programs write them are read, and what cannot be read is named."""

from __future__ import annotations

import io
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin, features

from hostile_pictures import chunk, encoded, segment
from img2music.errors import PictureError
from img2music.vision.picture import SUFFIXES, load_picture

AVIF = pytest.mark.skipif(not features.check("avif"), reason="this Pillow has no AVIF")
NOISE = Image.fromarray(np.random.default_rng(3).integers(0, 256, (90, 120, 3), np.uint8))
JPEG, PNG = encoded(NOISE, "JPEG", quality=90), encoded(NOISE, "PNG")


def _turned() -> Image.Exif:
    """Exif of a picture that lies on its side; new each time, as saving an AVIF takes the orientation out of it."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


def _same(data: bytes, as_in: bytes) -> bool:
    read, wanted = load_picture(data), load_picture(as_in)
    return read.size == wanted.size and read.tobytes() == wanted.tobytes()


@pytest.mark.parametrize(
    "appended",
    [
        b"MotionPhoto_Data" + b"\xff\xda\0\0" * 120,
        bytes.fromhex("0000001866747970") + b"mp42" + bytes(range(256)) * 300,
        JPEG,
        encoded(NOISE, "JPEG", progressive=True) * 30,
        bytes(10_000),
        b"\xff\xd9" * 50,
    ],
    ids=["scans", "film", "picture", "pictures", "nothing", "ends"],
)
@pytest.mark.parametrize("progressive", [False, True])
def test_what_follows_a_jpeg_does_not_matter(appended: bytes, progressive: bool) -> None:
    data = encoded(NOISE, "JPEG", progressive=progressive)
    assert _same(data + appended, data)


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_jpeg_may_lack_its_end_marker(mode: str, progressive: bool) -> None:
    data = encoded(NOISE.convert(mode), "JPEG", progressive=progressive)
    assert _same(data[:-2], data)
    assert _same(data[:-1], data)


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_without_its_last_pixels_is_refused(progressive: bool) -> None:
    data = encoded(NOISE, "JPEG", progressive=progressive)
    for missing in (12, 100, len(data) // 3):
        with pytest.raises(PictureError, match="damaged"):
            load_picture(data[:-missing])


def test_several_pictures_in_one_jpeg_give_the_first() -> None:
    assert _same(encoded(NOISE, "MPO", save_all=True, append_images=[NOISE.rotate(180)]), encoded(NOISE, "JPEG"))


@pytest.mark.parametrize(
    "extra",
    [
        chunk(b"zTXt", b"workflow\0\0" + zlib.compress(b"x=1;" * 2**19, 9)),
        chunk(b"iTXt", b"prompt\0\1\0\0\0" + zlib.compress(b"{}" * 2**20)),
        chunk(b"tEXt", b"parameters\0" + b"steps: 20, " * 10**5),
        chunk(b"iCCP", b"profile\0\0" + zlib.compress(bytes(3 * 2**20))),
        chunk(b"iCCP", b"profile\0\7no compression like that"),
        chunk(b"iCCP", b"no end"),
        chunk(b"zTXt", b"broken\0\0" + b"x" * 100),
        chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(b"\nexif\n 4\nzzzz\n")),
        chunk(b"gAMA", b"")[:-4] + b"crc?",
        chunk(b"acTL", b""),
        chunk(b"fcTL", b"short"),
        chunk(b"eXIf", b"MM\0*\xff\xff\xff\xff"),
        chunk(b"\0\1\2\3", b"not even a name"),
    ],
)
def test_metadata_stops_no_png(extra: bytes) -> None:
    assert _same(PNG[:33] + extra + PNG[33:], PNG)
    assert _same(PNG[:-12] + extra + PNG[-12:], PNG)


def test_a_png_may_lack_its_end() -> None:
    assert _same(PNG[:-12], PNG)
    assert _same(PNG + b"appended", PNG)


@pytest.mark.parametrize(
    "text",
    [b"Raw profile type exif\0\0" + zlib.compress(b"\nexif\n      26\n" + _turned().tobytes()[6:].hex().encode())],
)
def test_the_orientation_that_imagemagick_writes_counts(text: bytes) -> None:
    assert load_picture(PNG[:33] + chunk(b"zTXt", text) + PNG[33:]).size == (90, 120)


@pytest.mark.parametrize("format", ["JPEG", "WEBP", "PNG", "TIFF"])
def test_the_orientation_in_xmp_counts(format: str) -> None:
    xmp = b'<x:xmpmeta><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
    if format == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add_itxt("XML:com.adobe.xmp", xmp.decode(), zip=True)
        options: dict[str, object] = {"pnginfo": info}
    else:
        options = {"tiffinfo": {700: xmp}} if format == "TIFF" else {"xmp": xmp}
    assert load_picture(encoded(NOISE, format, **options)).size == (90, 120)


def test_the_first_orientation_of_a_jpeg_counts() -> None:
    turned = encoded(NOISE, "JPEG", exif=_turned())
    assert load_picture(turned[:2] + segment(0xE5, b"note") + turned[2:]).size == (90, 120)


@pytest.mark.parametrize("suffix", [".jfif", ".jpe", ".JPG", ".mpo", ".apng"])
def test_any_suffix_is_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"saved{suffix}"
    path.write_bytes(PNG if suffix == ".apng" else JPEG)
    assert load_picture(path).size == (120, 90)
    assert suffix.lower() in SUFFIXES


def test_an_animated_png_gives_its_first_picture() -> None:
    frames = [NOISE.rotate(90), NOISE.rotate(180)]
    assert _same(encoded(NOISE, "PNG", save_all=True, append_images=frames), PNG)
    assert _same(encoded(NOISE, "PNG", save_all=True, append_images=frames, default_image=True), PNG)


@AVIF
def test_avif_is_read_and_turned_upright() -> None:
    plain, turned = encoded(NOISE, "AVIF", quality=100), encoded(NOISE, "AVIF", quality=100, exif=_turned())
    assert load_picture(plain).size == (120, 90)
    assert load_picture(turned).size == (90, 120)
    assert load_picture(turned).tobytes() == load_picture(plain).transpose(Image.Transpose.ROTATE_270).tobytes()
    assert ".avif" in SUFFIXES


@AVIF
def test_an_avif_that_claims_much_is_refused() -> None:
    data = encoded(NOISE, "AVIF")
    place = data.index(b"ispe") + 8
    with pytest.raises(PictureError, match="megapixels"):
        load_picture(data[:place] + struct.pack(">LL", 30_000, 30_000) + data[place + 8 :])


def _heic_start() -> bytes:
    return b"\0\0\0\x24ftypheic\0\0\0\0mif1MiHE" + bytes(600)


def test_heic_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("img2music.vision.decoding.heic.find_spec", lambda name: None)
    with pytest.raises(PictureError) as caught:
        load_picture(_heic_start())
    assert str(caught.value).endswith("is a HEIC picture; run: pip install 'img2music[heif]' or save it as JPEG.")
    assert {".heic", ".heif", ".hif"} <= SUFFIXES


def test_heic_is_read_and_turned_upright() -> None:
    pillow_heif = pytest.importorskip("pillow_heif", reason="pillow-heif is not installed")
    for exif, size in ((None, (120, 90)), (_turned().tobytes(), (90, 120))):
        buffer = io.BytesIO()
        pillow_heif.from_pillow(NOISE).save(buffer, exif=exif)
        picture = load_picture(buffer.getvalue())
        assert (picture.size, picture.mode) == (size, "RGB")
        assert load_picture(buffer.getvalue(), apart=True).tobytes() == picture.tobytes()
        place = buffer.getvalue().index(b"ispe") + 8
        with pytest.raises(PictureError, match="megapixels"):
            load_picture(buffer.getvalue()[:place] + b"\0\1\0\0" * 2 + buffer.getvalue()[place + 8 :])
    with pytest.raises(PictureError, match="damaged"):
        load_picture(_heic_start())
    assert "pillow_heif" in sys.modules


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (b"\xff\x0a\xfa", "a JPEG XL picture"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "a JPEG XL picture"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "a JPEG 2000 picture"),
        (b"8BPS\0\1", "a Photoshop file"),
        (b"%PDF-1.7", "a PDF"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG drawing"),
        (b"<!DOCTYPE html><html>403", "a web page"),
        (b"II*\0\x10\0\0\0CR\2\0", "a camera's raw picture"),
        (b"FUJIFILMCCD-RAW 0201", "a camera's raw picture"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1", "a camera's raw picture"),
        (b"\0\0\0\x18ftypisom\0\0\0\1", "a film"),
    ],
)
def test_what_cannot_be_read_is_named(start: bytes, words: str) -> None:
    with pytest.raises(PictureError, match=f"is {words}, which cannot be read; save it as JPEG or PNG"):
        load_picture(start + bytes(40))
