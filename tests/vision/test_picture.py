"""Any picture comes out as upright RGB; anything else as a PictureError of one line."""

import io
import os
import struct
import threading
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from img2music.errors import PictureError
from img2music.vision import picture as picture_module
from img2music.vision.picture import FORMATS, load_picture, to_input


def _encode(image: Image.Image, format: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def _quadrants() -> Image.Image:
    """A picture of 24 x 16 pixels: red, green, blue and white from top left to bottom right."""
    image = Image.new("RGB", (24, 16))
    corners = [((0, 0), "red"), ((12, 0), "lime"), ((0, 8), "blue"), ((12, 8), "white")]
    for corner, colour in corners:
        image.paste(colour, (*corner, corner[0] + 12, corner[1] + 8))
    return image


def _png_claiming(width: int, height: int) -> bytes:
    """A PNG whose header claims a size the data does not have."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_read_from_a_path_and_from_bytes(tmp_path: Path, format: str) -> None:
    data = _encode(_quadrants(), format)
    path = tmp_path / "no suffix needed"
    path.write_bytes(data)
    for source in (path, str(path), data):
        loaded = load_picture(source)
        assert loaded.mode == "RGB"
        assert loaded.size == (24, 16)
        np.testing.assert_allclose(loaded.getpixel((2, 2)), (255, 0, 0), atol=30)
        np.testing.assert_allclose(loaded.getpixel((21, 13)), (255, 255, 255), atol=30)


def test_a_pillow_image_is_read_and_left_as_it_was() -> None:
    source = Image.new("RGB", (3, 2), "red")
    loaded = load_picture(source)
    loaded.putpixel((0, 0), (0, 0, 0))
    assert source.getpixel((0, 0)) == (255, 0, 0)


@pytest.mark.parametrize("format", ["GIF", "WEBP", "TIFF"])
def test_the_first_frame_of_an_animation_is_taken(format: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    options = {"lossless": True} if format == "WEBP" else {}
    data = _encode(frames[0], format, save_all=True, append_images=frames[1:], **options)
    assert load_picture(data).getpixel((4, 4)) == (255, 0, 0)


@pytest.mark.parametrize(
    ("mode", "colour", "expected"),
    [
        ("RGBA", (255, 0, 0, 0), (255, 255, 255)),
        ("RGBA", (255, 0, 0, 255), (255, 0, 0)),
        ("RGBA", (0, 0, 0, 51), (204, 204, 204)),
        ("LA", (0, 0), (255, 255, 255)),
        ("LA", (100, 255), (100, 100, 100)),
        ("1", 1, (255, 255, 255)),
        ("L", 77, (77, 77, 77)),
        ("CMYK", (0, 255, 255, 0), (255, 0, 0)),
        ("I;16", 65535, (255, 255, 255)),
        ("I;16", 257 * 128, (128, 128, 128)),
        ("I", 257 * 128, (128, 128, 128)),
        ("F", 0.2, (51, 51, 51)),
        ("F", 51.0, (51, 51, 51)),
        ("F", 257.0 * 51, (51, 51, 51)),
        ("F", float("nan"), (0, 0, 0)),
    ],
)
def test_every_pixel_mode_becomes_rgb(mode: str, colour: object, expected: tuple[int, int, int]) -> None:
    image = Image.new(mode, (2, 2), colour)
    assert load_picture(image).getpixel((1, 1)) == expected


def test_a_16_bit_png_is_scaled_not_clipped() -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16)[np.newaxis]
    loaded = load_picture(_encode(Image.fromarray(ramp)))
    np.testing.assert_array_equal(np.asarray(loaded)[0, :, 0], np.arange(256))


@pytest.mark.parametrize("dtype", [np.float32, np.int32])
def test_deep_values_of_any_range_are_stretched(dtype: type) -> None:
    loaded = load_picture(Image.fromarray(np.array([[-(10**9), 0, 10**9]], dtype)))
    assert np.asarray(loaded)[0, :, 0].tolist() == [0, 128, 255]


def test_extreme_floats_do_not_overflow() -> None:
    loaded = load_picture(Image.fromarray(np.array([[-3e38, 0, 3e38, np.inf]], np.float32)))
    assert np.asarray(loaded)[0, :, 0].tolist() == [0, 128, 255, 128]


@pytest.mark.parametrize("transparent", [0, b"\x00\xff"])
def test_a_transparent_palette_entry_shows_white(transparent: object) -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.putpixel((1, 0), 1)
    loaded = load_picture(_encode(image, transparency=transparent))
    assert (loaded.getpixel((0, 0)), loaded.getpixel((1, 0))) == ((255, 255, 255), (0, 0, 255))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_the_picture_is_turned_upright(format: str, orientation: int) -> None:
    # What a camera held in the given way stores for the upright picture.
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    upright = _quadrants()
    stored = upright.transpose(turns[orientation]) if orientation in turns else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    loaded = load_picture(_encode(stored, format, exif=exif))
    assert loaded.size == (24, 16)
    for point in ((2, 2), (21, 2), (2, 13), (21, 13)):
        np.testing.assert_allclose(loaded.getpixel(point), upright.getpixel(point), atol=30)
    assert load_picture(loaded).tobytes() == loaded.tobytes()


def test_a_damaged_exif_block_does_no_harm() -> None:
    data = _encode(_quadrants(), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff" + bytes(30))
    assert load_picture(data).size == (24, 16)


@pytest.mark.parametrize("format", FORMATS)
def test_one_pixel_is_a_picture(format: str) -> None:
    loaded = load_picture(_encode(Image.new("RGB", (1, 1), "white"), format))
    assert to_input(loaded, 8).shape == (1, 3, 8, 8)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"hello, I am a text", "not a picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not a picture"),
        (_png_claiming(8001, 8001), "megapixels"),
        (_png_claiming(10000, 10000), "megapixels"),  # Pillow would warn
        (_png_claiming(60000, 60000), "megapixels"),  # Pillow would raise
    ],
)
def test_what_is_no_usable_picture_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "cat.png"
    path.write_bytes(content)
    with warnings.catch_warnings(), pytest.raises(PictureError) as caught:
        warnings.simplefilter("error")
        load_picture(path)
    assert words in str(caught.value)
    assert str(caught.value).startswith(str(path))
    with pytest.raises(PictureError, match=words):
        load_picture(content)


@pytest.mark.parametrize("format", FORMATS)
def test_a_truncated_picture_is_refused(format: str) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (64, 64, 3), np.uint8)
    data = _encode(Image.fromarray(noise), format)
    with pytest.raises(PictureError):
        load_picture(data[: len(data) // 2])


def test_too_many_bytes_are_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.bmp"
    with path.open("wb") as file:
        file.truncate(picture_module.MAX_BYTES + 1)
    with pytest.raises(PictureError, match="64 MiB"):
        load_picture(path)
    monkeypatch.setattr(picture_module, "MAX_BYTES", 10 * 2**20)
    with pytest.raises(PictureError, match="10 MiB"):
        load_picture(bytes(10 * 2**20 + 1))


def test_too_many_pixels_are_refused_in_an_image_too() -> None:
    with pytest.raises(PictureError, match="megapixels"):
        load_picture(Image.new("1", (8001, 8000)))


@pytest.mark.parametrize(
    ("name", "words"),
    [("missing.png", "no such file"), (".", "a folder"), ("nul\0.png", "valid"), ("n" * 300, "too long")],
)
def test_a_path_that_is_no_file_is_refused(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(PictureError, match=words):
        load_picture(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_or_device_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", "/dev/zero"):
        with pytest.raises(PictureError, match="pipe or a device"):
            load_picture(path)


def test_a_file_without_permission_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "cat.png"
    path.write_bytes(_encode(_quadrants()))

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(PictureError, match="permission denied"):
        load_picture(path)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_mutated_bytes_give_a_picture_or_a_picture_error(data: st.DataObject) -> None:
    content = bytearray(_encode(_quadrants(), data.draw(st.sampled_from(FORMATS))))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.none(), st.integers(0, len(content))))
    try:
        assert load_picture(bytes(content[:cut])).mode == "RGB"
    except PictureError as error:
        assert "\n" not in str(error)


def test_pictures_are_read_in_many_threads_and_the_warning_filters_survive() -> None:
    before = list(warnings.filters)
    data = _encode(_quadrants())
    sizes: list[tuple[int, int]] = []
    threads = [threading.Thread(target=lambda: sizes.append(load_picture(data).size)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sizes == [(24, 16)] * 16
    assert warnings.filters == before


def test_the_input_is_the_centre_square_in_0_to_1() -> None:
    wide = Image.new("RGB", (300, 100), "blue")
    wide.paste("red", (100, 0, 200, 100))
    array = to_input(wide, 20)
    assert array.shape == (1, 3, 20, 20)
    assert array.dtype == np.float32
    assert array.flags.c_contiguous
    np.testing.assert_array_equal(array[0, 0], 1)
    np.testing.assert_array_equal(array[0, 1:], 0)


def test_the_input_is_antialiased() -> None:
    board = np.indices((256, 256)).sum(axis=0) % 2 * 255
    array = to_input(Image.fromarray(board.astype(np.uint8)).convert("RGB"), 32)
    np.testing.assert_allclose(array, 0.5, atol=0.03)


@pytest.mark.parametrize("size", [(1, 60000), (60000, 1), (64_000_000, 1)])
def test_an_elongated_picture_becomes_an_input(size: tuple[int, int]) -> None:
    picture = load_picture(Image.new("1", size, 1))
    np.testing.assert_array_equal(to_input(picture, 16), np.ones((1, 3, 16, 16), np.float32))


def test_a_jpeg_of_very_many_scans_is_refused_undecoded() -> None:
    buffer = io.BytesIO()
    Image.new("L", (64, 64)).save(buffer, "JPEG", progressive=True)
    data = buffer.getvalue()
    last = data.rindex(b"\xff\xda")
    assert load_picture(data).size == (64, 64)
    with pytest.raises(PictureError, match="100 scans"):
        load_picture(data[:last] + data[last:-2] * 100 + data[-2:])
