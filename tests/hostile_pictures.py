"""Pictures that cost much to read for what they hold, each made when asked for; all are below 20 MB."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

from PIL import Image

Maker = Callable[[], bytes]


def encoded(image: Image.Image, format: str, **options: object) -> bytes:
    """A file of a picture."""
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(
    width: int, height: int, bits: int, colour: int, rows: bytes, *chunks: bytes, interlaced: bool = False
) -> bytes:
    """A PNG with other chunks before its pixels, which are compressed already."""
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlaced)
    palette = chunk(b"PLTE", bytes(range(256)) * 3) if colour == 3 else b""
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + palette
    return start + b"".join(chunks) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def zeros(size: int, filter_type: int = 0, row: int = 0) -> bytes:
    """`size` bytes of rows, compressed; `row` bytes each where they have a filter."""
    packer = zlib.compressobj(1)
    if row:
        line = bytes((filter_type,)) + bytes(row)
        return b"".join(packer.compress(line) for _ in range(size // row)) + packer.flush()
    block = bytes(2**20)
    return b"".join(packer.compress(block) for _ in range(size // 2**20 + 1)) + packer.flush()


def _full_png(
    width: int, height: int, bits: int, colour: int, channels: int, filter_type: int = 4, **more: bool
) -> bytes:
    row = (width * bits * channels + 7) // 8
    return png(width, height, bits, colour, zeros(row * height, filter_type, row), **more)


_SMALL_PNG = (16, 16, 8, 2, zlib.compress(bytes(49 * 16)))


def _bloated(*chunks: bytes) -> bytes:
    return png(*_SMALL_PNG, *chunks)


def _png_of_empty_pixels(count: int) -> bytes:
    small = _bloated()
    return small[:33] + chunk(b"IDAT", b"") * count + small[33:]


def _png_of_bytes(count: int) -> bytes:
    small = _bloated()
    return (
        small[:33] + b"".join(chunk(b"IDAT", bytes((byte,))) for byte in zlib.compress(bytes(count), 0)) + small[-12:]
    )


def exif_block(entries: int, size: int = 0) -> bytes:
    """Exif whose `entries` each claim `size` bytes, all of them the same."""
    start = b"MM\0*\0\0\0\x08" + struct.pack(">H", min(entries, 65535))
    return start + struct.pack(">HHII", 0x010E, 2, size, 8) * entries + bytes(4) + bytes(size)


def segment(marker: int, data: bytes) -> bytes:
    """A segment of JPEG."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


def small_jpeg(**options: object) -> bytes:
    """A red JPEG of 16 × 16 pixels."""
    return encoded(Image.new("RGB", (16, 16), "red"), "JPEG", **options)


def _with_segments(part: bytes, size: int = 8 * 10**6) -> bytes:
    data = small_jpeg()
    return data[:2] + part * (size // len(part)) + data[2:]


def scans(side: int, count: int, mode: str = "L", **options: object) -> bytes:
    """A progressive JPEG with `count` more scans of a large picture that say next to nothing."""
    data = encoded(Image.new(mode, (side, side)), "JPEG", progressive=True, **options)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * count + data[-2:]


def _resized_jpeg(width: int, height: int, **options: object) -> bytes:
    """A JPEG whose header claims more than there is."""
    data = bytearray(small_jpeg(**options))
    place = data.index(b"\xff\xc2" if options else b"\xff\xc0")
    data[place + 5 : place + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def gif(between: bytes = b"", width: int = 8, height: int = 8, left: int = 0, top: int = 0) -> bytes:
    """A GIF with a screen of 8 × 8 pixels and something before its picture."""
    data = encoded(Image.new("1", (8, 8), 1), "GIF")
    place = data.index(b",", 13 + (6 << (data[10] & 7)))
    picture = b"," + struct.pack("<HHHH", left, top, width, height)
    return data[:place] + between + picture + data[place + 9 :]


def bmp(width: int, height: int, bits: int, compression: int, codes: bytes, header: int = 40) -> bytes:
    """A bitmap of any header with a palette of all greys but one."""
    palette = b"".join(bytes([i, 255 - i, i // 2, 0]) for i in range(256)) if bits <= 8 else b""
    head = struct.pack("<IiiHHIIiiII", header, width, height, 1, bits, compression, len(codes), 0, 0, 256, 0)
    start = 14 + header + len(palette)
    head = head + bytes(header - len(head))
    return b"BM" + struct.pack("<IHHI", start + len(codes), 0, 0, start) + head + palette + codes


def tiff(entries: list[tuple[int, int, int, int]], data: bytes = b"", again: int = 1, following: int = 0) -> bytes:
    """A TIFF of (tag, type, count, value or place) each, `again` times over; `data` starts at byte 8."""
    place = 8 + len(data)
    rows = b"".join(struct.pack("<HHII", *entry) for entry in entries) * again
    count = struct.pack("<H", min(65535, len(entries) * again))
    return b"II*\0" + struct.pack("<I", place) + data + count + rows + struct.pack("<I", following or place * 0)


def _grey(width: int, height: int, compression: int, rows: int, *more: tuple[int, int, int, int]) -> list:
    return sorted(
        [
            *((256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, compression), (262, 3, 1, 1)),
            *((277, 3, 1, 1), (278, 4, 1, rows)),
            *more,
        ]
    )


def _many_strips(count: int, compression: int, rows: int = 1, height: int | None = None) -> bytes:
    """`count` strips that all lie at the same place."""
    packed = zlib.compress(bytes(32)) if compression == 8 else bytes(32)
    packed = packed.ljust(64, b"\0")
    data = packed + struct.pack("<I", 8) * count + struct.pack("<I", 32) * count
    more = ((273, 4, count, 72), (279, 4, count, 72 + 4 * count))
    return tiff(_grey(32, height or count * rows, compression, rows, *more), data)


def _one_strip(width: int, height: int, bits: int, samples: int) -> bytes:
    """A whole picture in one strip, of zeros."""
    packed = zeros(width * height * bits * samples // 8)
    entries = [
        *((256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, bits), (259, 3, 1, 8)),
        *((262, 3, 1, 2 if samples > 2 else 1), (273, 4, 1, 8), (277, 3, 1, samples), (278, 4, 1, height)),
        (279, 4, 1, len(packed)),
    ]
    return tiff(entries, packed)


def _tile(width: int, height: int, tile_width: int, tile_height: int, count: int = 1) -> bytes:
    """Tiles that are larger or smaller by far than the picture, all at the same place."""
    packed = zeros(min(tile_width * tile_height, 2**28)).ljust(8, b"\0")
    data = packed + struct.pack("<I", 8) * count + struct.pack("<I", len(packed)) * count
    more = (
        *((322, 4, 1, tile_width), (323, 4, 1, tile_height)),
        (324, 4, count, 8 + len(packed) if count > 1 else 8),
        (325, 4, count, 8 + len(packed) + 4 * count if count > 1 else len(packed)),
    )
    entries = [entry for entry in _grey(width, height, 8, 1, *more) if entry[0] != 278]
    return tiff(entries, data)


def _big_tiff_of_entries(count: int) -> bytes:
    rows = struct.pack("<HHQQ", 270, 2, 10**6, 16) * count
    return b"II+\0" + struct.pack("<HHQ", 8, 0, 16) + struct.pack("<Q", count) + rows + bytes(10**6)


def _in_circles() -> bytes:
    """A TIFF whose directory is followed by itself."""
    data = bytearray(tiff(_grey(8, 8, 1, 8, (273, 4, 1, 8), (279, 4, 1, 64)), bytes(64)))
    data[-4:] = struct.pack("<I", 72)
    return bytes(data)


def _webp(*chunks: tuple[bytes, bytes]) -> bytes:
    parts = b"".join(kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2) for kind, body in chunks)
    return b"RIFF" + struct.pack("<I", 4 + len(parts)) + b"WEBP" + parts


def _canvas(width: int, height: int, flags: int = 0) -> tuple[bytes, bytes]:
    return b"VP8X", bytes((flags, 0, 0, 0)) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")


def _still(**options: object) -> bytes:
    return encoded(Image.new("RGB", (16, 16), "red"), "WEBP", **options)[12:]


def _frames(count: int, width: int, height: int) -> bytes:
    still = _still()
    frame = bytes(6) + (15).to_bytes(3, "little") * 2 + bytes(4) + still
    canvas = _canvas(width, height, 2)
    return _webp(canvas, (b"ANIM", bytes(6)), *[(b"ANMF", frame)] * count)


def _avif_claiming(width: int, height: int) -> bytes:
    data = encoded(Image.new("RGB", (64, 64), "red"), "AVIF")
    place = data.index(b"ispe") + 8
    return data[:place] + struct.pack(">II", width, height) + data[place + 8 :]


def _avif_with_exif() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = "x" * 10**6
    data = bytearray(encoded(Image.new("RGB", (64, 64), "red"), "AVIF", exif=exif))
    place = data.rindex(b"Exif\0\0") + 6 if b"Exif\0\0" in data else data.rindex(b"MM\0*")
    block = exif_block(60000, 200000)[: len(data) - place]
    data[place : place + len(block)] = block
    return bytes(data)


_TEXT = b"a\0\0" + zlib.compress(bytes(2**27), 9)

HOSTILE: dict[str, Maker] = {
    "png: a side of 64 million": lambda: encoded(Image.new("1", (64_000_000, 1)), "PNG"),
    "png: a claimed size": lambda: png(60000, 60000, 16, 6, b""),
    "png: 64 MP grey": lambda: _full_png(8000, 8000, 8, 0, 1),
    "png: 64 MP RGB": lambda: _full_png(8000, 8000, 8, 2, 3),
    "png: 64 MP RGBA": lambda: _full_png(8000, 8000, 8, 6, 4),
    "png: 64 MP grey of 16 bits": lambda: _full_png(8000, 8000, 16, 0, 1),
    "png: 64 MP of a palette, transparent": lambda: png(
        *(8000, 8000, 8, 3, zeros(64_000_000, 0, 8000)), chunk(b"tRNS", bytes(256))
    ),
    "png: 32 MP RGBA interlaced": lambda: png(8000, 4000, 8, 6, zeros(130_000_000), interlaced=True),
    "png: 24 MP RGB and a transparent colour": lambda: png(
        *(6000, 4000, 8, 2, zeros(72_000_000, 0, 18000)), chunk(b"tRNS", bytes(6))
    ),
    "png: bombs of text": lambda: _bloated(*[chunk(b"zTXt", _TEXT)] * 40),
    "png: a bomb of a profile": lambda: _bloated(chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(2**28), 9))),
    "png: a million notes": lambda: _bloated(*[chunk(b"tEXt", b"k\0v")] * 10**6),
    "png: a million unknown chunks": lambda: _bloated(*[chunk(b"abCd", b"")] * 10**6),
    "png: a million empty chunks of pixels": lambda: _png_of_empty_pixels(10**6),
    "png: a million palettes": lambda: _bloated(*[chunk(b"PLTE", b"abc")] * 10**6),
    "png: Exif that claims its bytes often": lambda: _bloated(chunk(b"eXIf", exif_block(60000, 10**6))),
    "png: Exif that begins over and over": lambda: _bloated(chunk(b"eXIf", b"Exif\0\0" * 3 * 10**6)),
    "png: bombs of XMP": lambda: _bloated(
        *[chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(bytes(2**20)))] * 10**4
    ),
    "png: bombs of hexadecimal Exif": lambda: _bloated(
        *[chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(bytes(2**20)))] * 10**4
    ),
    "png: pixels a byte at a time": lambda: _png_of_bytes(10**6),
    "png: an XMP of megabytes": lambda: _bloated(
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + b"tiff:Orientation=" * 10**6)
    ),
    "png: hexadecimal Exif": lambda: _bloated(
        chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(b"\n" * 10**8))
    ),
    "jpeg: 400,000 blocks of Exif": lambda: _with_segments(segment(0xE1, b"Exif\0\0"), 4 * 10**6),
    "jpeg: empty segments": lambda: _with_segments(segment(0xE5, b"")),
    "jpeg: comments": lambda: _with_segments(segment(0xFE, b"abc")),
    "jpeg: tables": lambda: _with_segments(segment(0xDB, b"\0" + bytes(range(1, 65)))),
    "jpeg: tables of codes": lambda: _with_segments(segment(0xC4, b"\0" + bytes(16))),
    "jpeg: intervals": lambda: _with_segments(segment(0xDD, b"\0\0")),
    "jpeg: blocks of a profile": lambda: _with_segments(segment(0xE2, b"ICC_PROFILE\0\1\xff" + bytes(20))),
    "jpeg: Photoshop's blocks": lambda: _with_segments(
        segment(0xED, b"Photoshop 3.0\0" + b"8BIM\4\4\0\0\0\0\0\0" * 5000)
    ),
    "jpeg: several pictures in one": lambda: _with_segments(segment(0xE2, b"MPF\0" + exif_block(5000)[:60000])),
    "jpeg: Exif of long entries": lambda: _with_segments(segment(0xE1, b"Exif\0\0" + exif_block(4000, 12000)[:65000])),
    "jpeg: 17 MB of empty segments": lambda: _with_segments(segment(0xE5, b""), 17 * 10**6),
    "jpeg: padding": lambda: _with_segments(b"\xff" * 1000),
    "jpeg: nothing but starts": lambda: _with_segments(b"\xff\xd8"),
    "jpeg: ends of intervals": lambda: _with_segments(b"\xff\xd0\0"),
    "jpeg: 2000 scans": lambda: scans(4000, 2000),
    "jpeg: 80 scans of 25 MP": lambda: scans(5000, 80),
    "jpeg: 80 scans in colour": lambda: scans(3000, 80, "RGB", subsampling=0),
    "jpeg: 64 MP in scans, no half colours": lambda: encoded(
        Image.new("RGB", (8000, 8000)), "JPEG", progressive=True, subsampling=0
    ),
    "jpeg: 64 MP": lambda: encoded(Image.new("RGB", (8000, 8000)), "JPEG"),
    "jpeg: 50 MP in scans": lambda: encoded(Image.new("RGB", (8160, 6120)), "JPEG", progressive=True),
    "jpeg: 64 MP CMYK": lambda: encoded(Image.new("CMYK", (8000, 8000)), "JPEG"),
    "jpeg: a claimed size": lambda: _resized_jpeg(65000, 65000),
    "jpeg: a claimed size in scans": lambda: _resized_jpeg(8000, 7900, progressive=True),
    "jpeg: no end, 25 MP": lambda: encoded(Image.new("RGB", (5000, 5000)), "JPEG")[:-2],
    "gif: a comment of blocks": lambda: gif(b"!\xfe" + (b"\xff" + b"c" * 255) * 16000 + b"\0"),
    "gif: a comment of blocks of one": lambda: gif(b"!\xfe" + b"\1c" * 4_000_000 + b"\0"),
    "gif: comments": lambda: gif(b"!\xfe\1c\0" * 10**6),
    "gif: controls": lambda: gif(b"!\xf9\4\1\0\0\0\0" * 10**6),
    "gif: a frame beyond the screen": lambda: gif(width=65535, height=65535),
    "gif: a frame far out": lambda: gif(left=65000, top=65000),
    "gif: a frame of 64 MP": lambda: gif(width=8000, height=8000),
    "gif: junk": lambda: gif(bytes(8_000_000)),
    "gif: 64 MP": lambda: encoded(Image.new("L", (8000, 8000)), "GIF"),
    "bmp: run lengths that skip": lambda: bmp(32_000_000, 2, 8, 1, b"\0\2\0\x40\0\1"),
    "bmp: ends of lines": lambda: bmp(16000, 4000, 8, 1, b"\1\1\0\0" * 4000),
    "bmp: ends of lines, 16 MP": lambda: bmp(4000, 4000, 8, 1, b"\1\1\0\0" * 4000),
    "bmp: runs without pixels": lambda: bmp(1, 30000, 8, 1, b"\1\1" * 3 * 10**6),
    "bmp: runs of four bits": lambda: bmp(4000, 4000, 4, 2, b"\xff\x12" * 70000),
    "bmp: literal runs": lambda: bmp(4000, 4000, 4, 2, (b"\0\x04" + bytes(2)) * 10**6),
    "bmp: a claimed size": lambda: bmp(2**31 - 1, 2**31 - 1, 24, 0, b""),
    "bmp: 64 MP without pixels": lambda: bmp(8000, 8000, 24, 0, b""),
    "bmp: a long header": lambda: bmp(8, 8, 24, 0, bytes(192), header=124),
    "tiff: entries that claim the same bytes": lambda: tiff([(270, 2, 10**6, 8)], bytes(10**6), 60000),
    "tiff: more entries than are needed": lambda: tiff([(270 + i % 2, 4, 1, 1) for i in range(65000)]),
    "tiff: one entry of all numbers": lambda: tiff(
        _grey(8, 8, 1, 8, (273, 4, 4_000_000, 8), (279, 4, 1, 64)), bytes(16_000_000)
    ),
    "tiff: bits of millions of channels": lambda: tiff(
        [(256, 3, 1, 8), (257, 3, 1, 8), (258, 3, 8_000_000, 8), (262, 3, 1, 1), (273, 4, 1, 8)], bytes(16_000_000)
    ),
    "tiff: fractions": lambda: tiff(_grey(8, 8, 1, 8, (273, 4, 1, 8), (282, 5, 2_000_000, 8)), bytes(16_000_000)),
    "tiff: a palette of millions": lambda: tiff(
        _grey(8, 8, 1, 8, (273, 4, 1, 8), (320, 3, 8_000_000, 8)), bytes(16_000_000)
    ),
    "tiff: big, entries that claim the same bytes": lambda: _big_tiff_of_entries(60000),
    "tiff: in circles": _in_circles,
    "tiff: a million strips at one place": lambda: _many_strips(10**6, 1),
    "tiff: a million strips, 8 rows": lambda: _many_strips(10**6, 1, 1, 8),
    "tiff: 30,000 strips": lambda: _many_strips(30_000, 1),
    "tiff: 30,000 deflated strips": lambda: _many_strips(30_000, 8),
    "tiff: a large tile of a small picture": lambda: _tile(100, 100, 32768, 32768),
    "tiff: tiny tiles": lambda: _tile(8000, 8000, 1, 1, 10**6),
    "tiff: 64 MP RGB in one strip": lambda: _one_strip(8000, 8000, 8, 3),
    "tiff: 64 MP grey of 16 bits": lambda: _one_strip(8000, 8000, 16, 1),
    "tiff: a claimed size": lambda: tiff(_grey(2**31, 2**31, 1, 1, (273, 4, 1, 8), (279, 4, 1, 64))),
    "tiff: 64 MP of floats": lambda: encoded(Image.new("F", (8000, 8000)), "TIFF", compression="tiff_adobe_deflate"),
    "tiff: 40 MP upside down": lambda: encoded(
        Image.new("RGB", (8000, 5000)), "TIFF", compression="tiff_lzw", tiffinfo={274: 3}
    ),
    "webp: a canvas of 16 million": lambda: _frames(1, 2**24, 2**24),
    "webp: a canvas of 256 MP": lambda: _frames(1, 16384, 16384),
    "webp: 100,000 frames": lambda: _frames(100_000, 64, 64),
    "webp: 24 MP": lambda: encoded(Image.new("RGB", (6000, 4000)), "WEBP", method=0),
    "webp: 24 MP lossless": lambda: encoded(Image.new("RGBA", (6000, 4000)), "WEBP", lossless=True, method=0),
    "webp: Exif that claims its bytes often": lambda: _webp(
        _canvas(16, 16, 8), *[(b"VP8 ", _still()[8:])], (b"EXIF", exif_block(60000, 10**6))
    ),
    "webp: a million chunks": lambda: _webp(_canvas(16, 16), (b"VP8 ", _still()[8:]), *[(b"abcd", b"")] * 10**6),
}
if "AVIF" in Image.registered_extensions().values():
    HOSTILE |= {
        "avif: a claimed size": lambda: _avif_claiming(30000, 30000),
        "avif: Exif that claims its bytes often": _avif_with_exif,
        "avif: 24 MP": lambda: encoded(Image.new("RGB", (6000, 4000)), "AVIF", speed=10),
    }
