"""A film of one picture with its music, to post where only films are taken."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from img2music.errors import AudioError
from img2music.extras import needs
from img2music.files import atomic_write
from img2music.tags import Tags, tagged

if TYPE_CHECKING:
    import av
    from av.container import OutputContainer
    from av.stream import Stream

    from img2music.snippet import Snippet

LONGEST_SIDE = 720
"""Pixels."""
SHORTEST_SIDE = 32
"""Pixels; encoders refuse less, so a thinner picture gets a black edge."""
FRAMES_PER_SECOND = 5
_BIT_RATE = 128_000  # of the sound, bits per s
# H.264 plays everywhere; MPEG-4 is in every build. More than one thread would make the bytes depend on the machine.
_ENCODERS: dict[str, dict[str, str]] = {
    "libx264": {"preset": "medium", "tune": "stillimage", "crf": "20", "threads": "1"},
    "mpeg4": {"qscale": "3", "threads": "1"},
}


def save_video(
    snippet: Snippet, picture: Image.Image, path: Path, force: bool = False, tags: Tags | None = None
) -> None:
    """Write an MP4 that shows the RGB image `picture` as long as the music plays.

    Equal music, picture and tags give equal bytes with the same PyAV. An existing file is replaced only with `force`.
    Raises `OptionError` when the extra `export` is not installed, `AudioError` when the film cannot be encoded, and
    `OutputError` when the file cannot be written; then nothing is left behind.
    """
    data = encode_video(snippet, picture, tags)
    with atomic_write(path, force) as temporary:
        temporary.write_bytes(data)


def encode_video(snippet: Snippet, picture: Image.Image, tags: Tags | None = None) -> bytes:
    """The bytes of the file that `save_video` writes. Raises `OptionError` and `AudioError` as that does."""
    data = _encode(snippet.samples, snippet.rate, _frame(picture))
    return data if tags is None else tagged(data, "mp4", tags)


def _frame(picture: Image.Image) -> Image.Image:
    """The picture within the longest side, on black where its sides are odd or too short."""
    small = picture.copy()
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    width, height = (max(SHORTEST_SIDE, side + side % 2) for side in small.size)
    frame = Image.new("RGB", (width, height))
    frame.paste(small, ((width - small.width) // 2, (height - small.height) // 2))
    return frame


def _encode(samples: np.ndarray, rate: int, frame: Image.Image) -> bytes:
    with needs("export"):
        import av
    buffer = io.BytesIO()
    try:
        # bitexact leaves out the time and the versions of the libraries
        with av.open(buffer, "w", format="mp4", options={"fflags": "+bitexact"}) as container:
            picture_stream = _picture_stream(container, frame.size)
            sound_stream = container.add_stream("aac", rate, layout="mono", bit_rate=_BIT_RATE)
            _write_picture(container, picture_stream, frame, len(samples) / rate)
            _write_sound(container, sound_stream, samples, rate)
    except av.FFmpegError as problem:
        raise AudioError(f"The film cannot be encoded: {problem.strerror}; choose another format.") from problem
    return buffer.getvalue()


def _picture_stream(container: OutputContainer, size: tuple[int, int]) -> av.VideoStream:
    import av

    name = next(name for name in _ENCODERS if name in av.codecs_available)
    stream = container.add_stream(name, FRAMES_PER_SECOND, options=_ENCODERS[name])
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    return stream


def _write_picture(container: OutputContainer, stream: av.VideoStream, frame: Image.Image, seconds: float) -> None:
    import av

    still = av.VideoFrame.from_image(frame)
    for number in range(int(np.ceil(seconds * FRAMES_PER_SECOND))):
        still.pts = number
        container.mux(stream.encode(still))
    container.mux(stream.encode(None))


def _write_sound(container: OutputContainer, stream: Stream, samples: np.ndarray, rate: int) -> None:
    import av

    sound = av.AudioFrame.from_ndarray(np.clip(samples, -1, 1)[np.newaxis].astype(np.float32), "fltp", "mono")
    sound.rate, sound.pts = rate, 0
    container.mux(stream.encode(sound))
    container.mux(stream.encode(None))
