"""A video of one picture with its music, to post where only videos are accepted."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
from PIL import Image

from img2music.audio.resampling import resample
from img2music.errors import AudioError
from img2music.output.tags import Tags, tagged
from img2music.system.extras import needs
from img2music.system.files import atomic_write

if TYPE_CHECKING:
    import av
    from av.container import OutputContainer

    from img2music.output.snippet import Snippet

LONGEST_SIDE = 720
"""Pixels."""
SHORTEST_SIDE = 32
"""Pixels; encoders refuse less, so a thinner picture gets a black border."""
FRAMES_PER_SECOND = 24
"""Video services refuse much lower frame rates."""
SOUND_RATE = 48_000
"""Hz; a frame lasts a whole number of samples."""
_KEY_FRAME_EVERY = 2 * FRAMES_PER_SECOND  # frames
_BIT_RATE = 128_000  # of the sound, bits per s
# With more threads the bytes would depend on the machine; where x264 looks ahead they depend, in one film of some
# hundred, on what was in the memory before.
_STEADY = {"threads": "1", "rc-lookahead": "0", "mbtree": "0"}
# H.264 plays everywhere; MPEG-4 is in every build of FFmpeg.
_ENCODERS: dict[str, dict[str, str]] = {
    "libx264": {"preset": "veryfast", "tune": "stillimage", "crf": "20", "profile": "high", **_STEADY},
    "mpeg4": {"qscale": "3", "threads": "1"},
}
_BT709 = 1  # the number of that standard in every table of colours
_LIMITED_RANGE = 1
# Room for the index of a video, bytes: a constant, and so much for each frame and for every 1,024 samples.
_INDEX, _INDEX_ENTRY, _SOUND_FRAME = 4096, 24, 1024


def save_video(
    snippet: Snippet, picture: Image.Image, path: Path, force: bool = False, tags: Tags | None = None
) -> None:
    """Write an MP4 that shows the RGB image `picture` as long as the music plays, to the next whole frame.

    It is in the form that video services ask for: 24 frames a second, a key frame every 2 s, stereo at 48 kHz, and
    the index in front of the rest. The same music, picture and tags give the same bytes with the same PyAV. An existing
    file is replaced only with `force`. Raises `OptionError` when the extra `export` is not installed, `AudioError` when
    the video cannot be encoded, and `OutputError` when the file cannot be written; then nothing is left behind.
    """
    data = encode_video(snippet, picture, tags)
    with atomic_write(path, force) as temporary:
        temporary.write_bytes(data)


def encode_video(snippet: Snippet, picture: Image.Image, tags: Tags | None = None) -> bytes:
    """The bytes of the file that `save_video` writes. Raises `OptionError` and `AudioError` as that does."""
    if tags is None:
        return _encode(snippet.samples, snippet.rate, _frame(picture), snippet.provenance.mark)
    return tagged(_encode(snippet.samples, snippet.rate, _frame(picture)), "mp4", tags)


def _frame(picture: Image.Image) -> Image.Image:
    """The picture fitted into `LONGEST_SIDE`, with a black border where a side is odd or too short."""
    small = picture.copy()
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    width, height = (max(SHORTEST_SIDE, side + side % 2) for side in small.size)
    frame = Image.new("RGB", (width, height))
    frame.paste(small, ((width - small.width) // 2, (height - small.height) // 2))
    return frame


def _encode(samples: np.ndarray, rate: int, frame: Image.Image, comment: str = "") -> bytes:
    with needs("export"):
        import av
    frames = -(-len(samples) * FRAMES_PER_SECOND // rate)
    columns = samples.reshape(len(samples), -1).T
    channels = np.stack([resample(np.ascontiguousarray(channel), rate, SOUND_RATE) for channel in columns])
    length = frames * SOUND_RATE // FRAMES_PER_SECOND
    sound = np.pad(channels, ((0, 0), (0, length - channels.shape[1])))  # until the last frame ends
    entries = frames + length // _SOUND_FRAME + 2
    options = {
        "fflags": "+bitexact",  # without the time and the versions of the libraries
        "moov_size": str(_INDEX + entries * _INDEX_ENTRY),  # room for the index in front
        "movie_timescale": str(SOUND_RATE),  # whole numbers for the durations of both streams
    }
    buffer = io.BytesIO()
    try:
        with av.open(buffer, "w", format="mp4", options=options) as container:
            if comment:
                container.metadata["comment"] = comment
            picture_stream = _picture_stream(container, frame.size)
            sound_stream = container.add_stream("aac", SOUND_RATE, layout="stereo", bit_rate=_BIT_RATE)
            _write_picture(container, picture_stream, frame, frames)
            _write_sound(container, sound_stream, sound)
    except av.FFmpegError as problem:
        raise AudioError(f"The video cannot be encoded: {problem.strerror}; choose another format.") from problem
    return buffer.getvalue()


def _picture_stream(container: OutputContainer, size: tuple[int, int]) -> av.VideoStream:
    import av

    name = next(name for name in _ENCODERS if name in av.codecs_available)
    # B-frames would delay the picture against the sound
    options = _ENCODERS[name] | {"g": str(_KEY_FRAME_EVERY), "bf": "0"}
    stream = cast("av.VideoStream", container.add_stream(name, FRAMES_PER_SECOND, options=options))
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    colours = stream.codec_context
    colours.color_primaries = colours.color_trc = colours.colorspace = _BT709
    colours.color_range = _LIMITED_RANGE
    return stream


def _write_picture(container: OutputContainer, stream: av.VideoStream, frame: Image.Image, frames: int) -> None:
    import av

    still = av.VideoFrame.from_image(frame).reformat(
        format="yuv420p", dst_colorspace=_BT709, dst_color_range=_LIMITED_RANGE
    )
    for number in range(frames):
        still.pts = number
        container.mux(stream.encode(still))
    container.mux(stream.encode(None))


def _write_sound(container: OutputContainer, stream: av.AudioStream, samples: np.ndarray) -> None:
    """Write samples `(2, T)`, or `(1, T)` on both sides."""
    import av

    both = np.ascontiguousarray(np.broadcast_to(np.clip(samples, -1, 1), (2, samples.shape[1])), np.float32)
    sound = av.AudioFrame.from_ndarray(both, "fltp", "stereo")
    sound.rate, sound.pts = SOUND_RATE, 0
    container.mux(stream.encode(sound))
    container.mux(stream.encode(None))
