"""What is known of a picture before it is decoded, and that its pixels are those that it had."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from hostile_pictures import bmp, chunk, encoded, png, scans, segment, small_jpeg, tiff
from img2music.errors import PictureError
from img2music.vision.decoding.formats.exif import in_exif, orientation
from img2music.vision.decoding.kinds import outline
from img2music.vision.decoding.outline import MAX_PARTS, MAX_PIXELS, MEMORY, DamagedError, Outline, UnfitError
from img2music.vision.picture import load_picture

MEGA = 10**6


def colourful(mode: str = "RGB", size: tuple[int, int] = (53, 37)) -> Image.Image:
    """A picture in which every row and column differs."""
    bands = [Image.linear_gradient("L").resize(size), Image.radial_gradient("L").resize(size)]
    bands += [bands[0].transpose(Image.Transpose.ROTATE_90).resize(size), bands[1].rotate(40)]
    whole = Image.merge("RGBA", [bands[1], bands[0], bands[2], bands[3]])
    return whole.convert("RGB").convert(mode) if mode not in ("RGBA", "LA") else whole.convert(mode)


def with_marker(data: bytes, old: int, new: int) -> bytes:
    return data.replace(bytes((0xFF, old)), bytes((0xFF, new)), 1)


@pytest.mark.parametrize(
    ("data", "memory", "most"),
    [
        (encoded(colourful("L"), "JPEG"), 1, 64 * MEGA),
        (encoded(colourful(), "JPEG"), 4, 64 * MEGA),
        (encoded(colourful("L"), "JPEG", progressive=True), 3, 64 * MEGA),
        (encoded(colourful(), "JPEG", progressive=True, subsampling=0), 10, 64 * MEGA),
        (encoded(colourful(), "JPEG", progressive=True, subsampling=1), 8, 64 * MEGA),
        (encoded(colourful(), "JPEG", progressive=True, subsampling=2), 7, 64 * MEGA),
        (encoded(colourful("CMYK"), "JPEG", progressive=True, subsampling=0), 12, 55_555_555),
        (scans(16, 35), 3, 25 * MEGA),  # 40 in all
        (with_marker(encoded(colourful(), "JPEG"), 0xC0, 0xC9), 4, 8 * MEGA),
        (with_marker(encoded(colourful(), "JPEG"), 0xC0, 0xC3), 4, 64 * MEGA),
        *(
            (with_marker(encoded(colourful(), "JPEG", subsampling=0), 0xC0, marker), 10, most)
            for marker, most in ((0xC2, 64 * MEGA), (0xC6, 64 * MEGA), (0xCA, 8 * MEGA), (0xCE, 8 * MEGA))
        ),
        (png(3, 2, 1, 0, zlib.compress(bytes(4))), 1, 2048 * MEGA),
        (png(3, 2, 8, 0, zlib.compress(bytes(8))), 1, 256 * MEGA),
        (png(3, 2, 16, 0, zlib.compress(bytes(14))), 2, 128 * MEGA),
        (png(3, 2, 4, 3, zlib.compress(bytes(6))), 1, 512 * MEGA),
        (png(3, 2, 8, 2, zlib.compress(bytes(20))), 4, 85_333_333),
        (png(3, 2, 8, 4, zlib.compress(bytes(14))), 4, 128 * MEGA),
        (png(3, 2, 16, 6, zlib.compress(bytes(50))), 4, 32 * MEGA),
        (encoded(colourful("P"), "GIF"), 2, 64 * MEGA),
        (bmp(4, 4, 8, 0, bytes(16)), 1, 64 * MEGA),
        (bmp(4, 4, 24, 0, bytes(48)), 4, 64 * MEGA),
        (bmp(4, 4, 8, 1, b"\4\1\0\0" * 4), 4, 16 * MEGA),
        (bmp(4, 4, 4, 2, b"\4\1\0\0" * 4), 4, 16 * MEGA),
        (encoded(colourful(), "WEBP"), 16.5, 64 * MEGA),
        (encoded(colourful(), "WEBP", lossless=True), 16.5, 64 * MEGA),
        (encoded(colourful("RGBA"), "WEBP"), 16.5, 64 * MEGA),
        (encoded(colourful(), "WEBP", save_all=True, append_images=[colourful("L")]), 16.5, 64 * MEGA),
        (encoded(colourful("L"), "TIFF"), 1, 64 * MEGA),
        (encoded(colourful(), "TIFF"), 4, 64 * MEGA),
        (encoded(colourful("I;16"), "TIFF"), 2, 64 * MEGA),
        (encoded(colourful("F"), "TIFF"), 4, 64 * MEGA),
        (encoded(colourful("L"), "TIFF", compression="tiff_lzw"), 2, 64 * MEGA),
        (encoded(colourful(), "TIFF", compression="tiff_adobe_deflate"), 8, 64 * MEGA),
        (encoded(colourful(), "TIFF", compression="jpeg"), 8, 16 * MEGA),
    ],
)
def test_memory_and_the_most_pixels_of_each_kind(data: bytes, memory: float, most: int) -> None:
    seen = outline(data)
    assert (seen.memory, seen.most_pixels) == (memory, most)
    with Image.open(io.BytesIO(data)) as image:
        assert (seen.format, seen.width, seen.height) == (image.format, *image.size)


def test_the_limits_are_for_the_picture_its_file_and_its_sides() -> None:
    Outline("PNG", 8000, height=8000, memory=1, data=b"").check()
    Outline("PNG", 32768, height=1953, memory=1, data=b"").check()
    Outline("PNG", 1000, height=MEMORY // 16000, memory=16, data=b"", most_pixels=MAX_PIXELS).check()
    Outline("PNG", 10, height=10, memory=4, data=bytes(10), most_pixels=100).check()
    for width, height, memory, data, most, words in (
        (8000, 8001, 1, b"", MAX_PIXELS, "has above 64 megapixels; make"),
        (1000, MEMORY // 16000 + 1, 16, b"", MAX_PIXELS, "above 25 megapixels, the most of a PNG picture of its kind"),
        (1000, MEMORY // 16000, 16, bytes(40_000), MAX_PIXELS, "above 25 megapixels"),
        (5, 3_000_000, 1, b"", 14 * MEGA, "above 14 megapixels"),
        (32769, 1, 1, b"", MAX_PIXELS, "a side above 32,768"),
        (1, 32769, 1, b"", MAX_PIXELS, "a side above 32,768"),
        (0, 5, 1, b"", MAX_PIXELS, "no pixels"),
        (5, 0, 1, b"", MAX_PIXELS, "no pixels"),
    ):
        with pytest.raises(UnfitError, match=words):
            Outline("PNG", width, height=height, memory=memory, data=data, most_pixels=most).check()


JPEGS = {
    "grey": ("L", {}),
    "colour": ("RGB", {}),
    "whole colours": ("RGB", {"subsampling": 0, "quality": 95}),
    "print colours": ("CMYK", {}),
    "scans": ("RGB", {"progressive": True}),
    "its own codes": ("RGB", {"optimize": True, "quality": 30}),
    "intervals": ("RGB", {"restart_marker_blocks": 2}),
    "intervals in scans": ("L", {"restart_marker_rows": 1, "progressive": True}),
    "not as usual": ("RGB", {"keep_rgb": True}),
    "a comment": ("L", {"comment": b"x" * 300}),
    "the resolution": ("L", {"dpi": (72, 72)}),
}
OTHERS = {
    **{f"png {mode}": (mode, "PNG", {}) for mode in ("1", "L", "P", "RGB")},
    "png of few colours": ("P", "PNG", {"bits": 2}),
    "png with a transparent colour": ("RGB", "PNG", {"transparency": (1, 2, 3)}),
    **{f"gif {interlace}": ("P", "GIF", {"interlace": interlace}) for interlace in (0, 1)},
    **{f"bmp {mode}": (mode, "BMP", {}) for mode in ("1", "L", "P", "RGB")},
    "webp": ("RGB", "WEBP", {}),
    "webp lossless": ("RGB", "WEBP", {"lossless": True}),
    **{f"tiff {mode}": (mode, "TIFF", {}) for mode in ("1", "L", "P", "RGB", "CMYK")},
    **{
        f"tiff in {name}": ("RGB", "TIFF", {"compression": name})
        for name in ("tiff_lzw", "packbits", "tiff_adobe_deflate", "jpeg")
    },
    "tiff of a fax": ("1", "TIFF", {"compression": "group4"}),
    "tiff, big": ("RGB", "TIFF", {"big_tiff": True}),
    "tiff, big, in strips": ("L", "TIFF", {"big_tiff": True, "compression": "tiff_lzw", "strip_size": 500}),
    "tiff in strips": ("RGB", "TIFF", {"compression": "tiff_lzw", "strip_size": 500}),
}


def same_pixels(data: bytes) -> None:
    with Image.open(io.BytesIO(data)) as image:
        assert load_picture(data).tobytes() == image.convert("RGB").tobytes()


@pytest.mark.parametrize("name", JPEGS)
def test_a_jpeg_has_the_pixels_that_it_had(name: str) -> None:
    mode, options = JPEGS[name]
    same_pixels(encoded(colourful(mode), "JPEG", **options))


@pytest.mark.parametrize("name", OTHERS)
def test_any_other_picture_has_the_pixels_that_it_had(name: str) -> None:
    mode, format, options = OTHERS[name]
    same_pixels(encoded(colourful(mode), format, **options))


def test_tables_of_16_bits_and_tables_that_come_anew_are_used() -> None:
    """The latest definition before a scan counts."""
    data = encoded(colourful(), "JPEG", quality=40)
    place = data.index(b"\xff\xdb")
    table = data[place + 5 : place + 69]
    wide = segment(0xDB, b"\x10" + b"".join(bytes((0, value)) for value in table))
    wrong = segment(0xDB, b"\x00" + bytes(64 * [99]))
    for tables in (wide, wrong + segment(0xDB, b"\x00" + table), wrong + wide):
        assert load_picture(data[:place] + tables + data[place + 69 :]).tobytes() == load_picture(data).tobytes()


def test_markers_without_a_body_are_passed_over_and_unknown_ones_are_not() -> None:
    data = small_jpeg()
    for marker in (0x01, 0xD0, 0xD3, 0xD7):
        same = data[:2] + bytes((0xFF, marker)) + data[2:]
        assert outline(same).data == outline(data).data
    for marker in (0xE0, 0xE5, 0xEF, 0xDC, 0xFE):
        assert outline(data[:2] + segment(marker, b"abc") + data[2:]).data == outline(data).data
    for marker in (0x02, 0xF0, 0xDE, 0xC8):
        with pytest.raises(DamagedError):
            outline(data[:2] + segment(marker, b"abc") + data[2:])


def test_a_jpeg_needs_a_frame_and_a_scan_after_it() -> None:
    data = small_jpeg()
    frame, scan = data.index(b"\xff\xc0"), data.index(b"\xff\xda")
    size = 2 + int.from_bytes(data[frame + 2 : frame + 4])
    for spoilt in (
        data[:frame] + data[frame + size :],
        data[:scan] + b"\xff\xd9",
        data[:frame] + data[frame : frame + size] + data[frame:],
        data[:frame] + segment(0xC0, data[frame + 4 : frame + 9]) + data[frame + size :],
        data[:frame] + segment(0xC0, data[frame + 4 : frame + size - 1]) + data[frame + size :],
        data[: frame + 11] + b"\x51" + data[frame + 12 :],
        data[: frame + 11] + b"\x10" + data[frame + 12 :],
        data[:2] + segment(0xDB, b"\0" + bytes(63)) + data[2:],
        data[:2] + segment(0xC4, b"\0\1" + bytes(15)) + data[2:],
        data[:2] + segment(0xDD, b"\1") + data[2:],
    ):
        with pytest.raises(DamagedError):
            outline(spoilt)
    assert outline(data).ends and not outline(data[:-2]).ends


def test_a_hundred_scans_are_read_and_one_more_is_not() -> None:
    usual = len(encoded(Image.new("L", (16, 16)), "JPEG", progressive=True).split(b"\xff\xda")) - 1
    assert outline(scans(16, 101 - usual)).most_pixels == 10 * MEGA
    with pytest.raises(UnfitError, match="above 100 scans"):
        outline(scans(16, 102 - usual))


def entries(count: int) -> list[tuple[int, int, int, int]]:
    usual = [(256, 3, 1, 8), (257, 3, 1, 8), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 8)]
    return [*usual, *[(270, 4, 1, 1)] * (count - len(usual) - 2), (278, 3, 1, 8), (279, 4, 1, 64)]


def test_a_directory_of_4096_entries_is_read_and_a_longer_one_is_not() -> None:
    assert load_picture(tiff(entries(4096), bytes(range(64)))).getpixel((7, 7)) == (63, 63, 63)
    with pytest.raises(UnfitError, match="4,096 entries"):
        outline(tiff(entries(4097), bytes(64)))


def parted(width: int, rows: int, compression: int = 1, planes: int = 1) -> bytes:
    """A TIFF of strips of one row, each with as many parts as it has planes."""
    sizes = [(256, 4, 1, width), (257, 4, 1, rows), (259, 3, 1, compression), (273, 4, 1, 8), (277, 3, 1, planes)]
    return tiff([*sizes, (278, 4, 1, 1), (279, 4, 1, 1), (284, 3, 1, 2 if planes > 1 else 1)], bytes(8))


@pytest.mark.parametrize(
    ("compression", "memory"),
    [(1, 1), (5, 1.25), (34887, 1.5), (34925, 1.5), (50000, 1.5), (50001, 1.5), (6, 5), (7, 5)],
)
def test_decoders_of_strips_hold_them_once_or_twice(compression: int, memory: float) -> None:
    assert outline(parted(4, 4, compression)).memory == memory


@pytest.mark.parametrize(
    ("compression", "planes", "most"), [(1, 1, MAX_PARTS), (1, 2, MAX_PARTS // 2), (7, 1, 2**14), (6, 1, 2**14)]
)
def test_the_parts_of_a_tiff_are_limited(compression: int, planes: int, most: int) -> None:
    assert outline(parted(4, most, compression, planes)).height == most
    with pytest.raises(UnfitError, match="too many strips"):
        outline(parted(4, most + 1, compression, planes))


def test_run_lengths_are_limited_in_bytes() -> None:
    start = len(bmp(1, 1, 8, 1, b""))
    assert outline(bmp(1, 1, 8, 1, bytes(6 * MEGA - start))).width == 1
    with pytest.raises(UnfitError, match="above 6 MB of run lengths"):
        outline(bmp(1, 1, 8, 1, bytes(6 * MEGA - start + 1)))


@pytest.mark.parametrize(("size", "good"), [(12, True), (40, True), (52, True), (124, True), (39, False), (41, False)])
def test_the_headers_of_bitmaps_have_certain_lengths(size: int, good: bool) -> None:
    data = (
        b"BM"
        + bytes(12)
        + struct.pack("<L", size)
        + struct.pack("<HHHH" if size == 12 else "<LlHHL", 7, 5, 1, 24, *[0] * (size != 12))
    )
    if good:
        assert (outline(data).width, outline(data).height) == (7, 5)
    else:
        with pytest.raises(DamagedError):
            outline(data)


def directory(order: str, kind: int, values: bytes, count: int = 1, claimed: int = 2) -> bytes:
    """Exif with an entry before the orientation; its values are given as they are stored."""
    start = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}L", 8)
    rows = struct.pack(f"{order}HHHLL", claimed, 0x010F, 2, 4, 0) + struct.pack(f"{order}HHL", 0x0112, kind, count)
    return b"Exif\0\0" + start + rows + values + bytes(4) + struct.pack(f"{order}HHLL", 7, 5, 4, 3)


@pytest.mark.parametrize("order", ["<", ">"])
def test_an_orientation_is_a_whole_number_of_any_type(order: str) -> None:
    assert in_exif(directory(order, 3, struct.pack(f"{order}HH", 6, 0))) == 6
    assert in_exif(directory(order, 4, struct.pack(f"{order}L", 8))) == 8
    assert in_exif(directory(order, 8, struct.pack(f"{order}hh", -1, 0))) == -1
    assert in_exif(directory(order, 9, struct.pack(f"{order}l", 3))) == 3
    assert in_exif(directory(order, 3, struct.pack(f"{order}HH", 2, 5), 2)) == 2
    assert in_exif(directory(order, 3, struct.pack(f"{order}L", 38), 3)) == 7  # beyond four bytes they lie elsewhere
    assert in_exif(directory(order, 4, struct.pack(f"{order}L", 42), 2)) == 4
    for data in (directory(order, 2, b"abcd"), directory(order, 3, bytes(4), 0), b"Exif\0\0" + b"XX*\0" + bytes(20)):
        assert in_exif(data) is None
    assert in_exif(b"Exif\0\0" + directory(order, 3, struct.pack(f"{order}HH", 6, 0))) == 6
    assert in_exif(directory(order, 3, struct.pack(f"{order}HH", 6, 0), claimed=3)[:-16]) == 6  # its end is missing


def test_the_orientation_is_that_of_exif_then_that_of_xmp_then_upright() -> None:
    xmp = b"<x tiff:Orientation='6'/><tiff:Orientation>5</tiff:Orientation>"
    assert [orientation(found) for found in (None, 0, 1, 8, 9, -1)] == [1, 1, 1, 8, 1, 1]
    assert (orientation(None, xmp), orientation(3, xmp), orientation(9, xmp)) == (5, 3, 1)
    assert orientation(None, b'tiff:Orientation="7"') == 7 and orientation(None, b'tiff:Orientation="0"') == 1
    assert orientation(None, bytes(2**20) + b'tiff:Orientation="7"') == 1


def test_the_text_of_a_png_is_looked_for_where_it_stands() -> None:
    xmp, packed = b"tiff:Orientation>6<", zlib.compress(b"tiff:Orientation>6<")
    raw = b"\nexif\n     30\n" + directory("<", 3, struct.pack("<HH", 8, 0)).hex().encode()
    for text, lies in (
        (chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0en\0key\0" + xmp), 6),
        (chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0en\0key\0" + packed), 6),
        (chunk(b"tEXt", b"XML:com.adobe.xmp\0" + xmp), 6),
        (chunk(b"zTXt", b"XML:com.adobe.xmp\0\0" + packed), 6),
        (chunk(b"zTXt", b"XML:com.adobe.xmp\0\0" + packed[:4]), 1),
        (chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(raw)), 8),
        (chunk(b"tEXt", b"Raw profile type exif\0" + raw), 8),
        (chunk(b"tEXt", b"Raw profile type exif\0" + raw) + chunk(b"eXIf", directory(">", 3, b"\0\3\0\0")), 3),
        (chunk(b"tEXt", b"Comment\0" + xmp), 1),
    ):
        assert outline(png(16, 16, 8, 2, zlib.compress(bytes(49 * 16)), text)).orientation == lies


@pytest.mark.parametrize(
    ("colour", "bits", "good"), [(0, 1, True), (0, 16, True), (6, 8, True), (1, 8, False), (5, 8, False), (0, 3, False)]
)
def test_a_png_has_certain_colours_and_bits(colour: int, bits: int, good: bool) -> None:
    data = png(2, 2, bits, colour, zlib.compress(bytes(40)))
    if good:
        assert outline(data).width == 2
    else:
        with pytest.raises(DamagedError):
            outline(data)


def test_a_picture_of_more_pixels_than_its_header_says_is_refused() -> None:
    data = bytearray(encoded(colourful(), "GIF"))
    place = data.index(b",", 13 + (3 << ((data[10] & 7) + 1)))
    assert outline(bytes(data)).width == 53
    data[place + 1 : place + 5] = struct.pack("<HH", 10, 20)
    grown = outline(bytes(data))
    assert (grown.width, grown.height) == (63, 57)
    with pytest.raises(PictureError):
        load_picture(bytes(data[:place]) + b";")


@pytest.mark.parametrize("size", [(30, 20), (31, 21), (600, 901)])
def test_what_is_large_comes_out_at_half_its_sides_and_nothing_else(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = colourful(size=size)
    data, pixels = encoded(picture, "PNG"), size[0] * size[1]
    monkeypatch.setattr("img2music.vision.decoding.pixels.LARGE", pixels)
    assert load_picture(data).tobytes() == picture.tobytes()
    monkeypatch.setattr("img2music.vision.decoding.pixels.LARGE", pixels - 1)
    assert load_picture(data).tobytes() == picture.reduce(2).tobytes()
