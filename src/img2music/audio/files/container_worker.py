"""The sound in a container, unpacked by PyAV: `container_worker.py CONTAINER SECONDS VALUES < FILE > SAMPLES`.

It is a program of its own that imports nothing of Img2Music. Whatever a file of strangers makes FFmpeg do ends with it:
it may use so much memory and processor time and no more, and open no file and no connection. It reads the first SECONDS
of the first stream of sound, VALUES samples over all channels at most, and writes its rate in Hz and its number of
channels, 32 bits each, and its samples, channels side by side as float32, all little endian. Its status is 0 if it
could.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.container import InputContainer

MEMORY = 2**30  # bytes of addresses, the libraries themselves among them
PROCESSOR = 60  # s
CODECS = (
    *("aac", "aac_latm", "alac", "ac3", "eac3", "amrnb", "amrwb", "ape", "flac", "mp1float", "mp2float", "mp3float"),
    *("opus", "speex", "vorbis", "wavpack", "wmalossless", "wmapro", "wmav1", "wmav2", "wmavoice"),
    *("pcm_alaw", "pcm_mulaw", "pcm_u8", "pcm_s8", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be"),
    *("pcm_s32le", "pcm_s32be", "pcm_f32le", "pcm_f32be", "pcm_f64le", "pcm_f64be"),
)
"""Decoders of FFmpeg that may run: those of sound alone."""


class NoSoundError(Exception):
    """There is no sound, or none that may be decoded."""


def main(container: str, seconds: str, values: str) -> int:
    """Unpack standard input to standard output."""
    for kind in ("audio", "video", "subtitles", "data", "attachments"):
        with suppress(ImportError):  # PyAV does so when it meets one, and then no file may be opened any more
            import_module(f"av.{kind}.stream")
    limit_this_process()
    try:
        for data in unpack(sys.stdin.buffer, container, float(seconds), int(values)):
            sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except NoSoundError:
        return 1
    return 0


def unpack(file: BinaryIO, container: str, seconds: float, values: int) -> Iterator[bytes]:
    """Give the facts and then the samples, piece by piece. Raises `NoSoundError` when PyAV finds none in the file."""
    import av

    try:
        yield from _unpack(file, container, seconds, values)
    except (av.FFmpegError, OSError, ValueError, MemoryError) as problem:
        raise NoSoundError from problem


def _unpack(file: BinaryIO, container: str, seconds: float, values: int) -> Iterator[bytes]:
    import av

    file.seek(0)
    options = {"codec_whitelist": ",".join(CODECS), "format_whitelist": container, "protocol_whitelist": "none"}
    with av.open(file, "r", format=container, options=options, metadata_errors="replace") as opened:
        frames = _frames(opened)
        first = next(frames, None)
        if first is None:
            raise NoSoundError
        rate, layout, channels = first.rate, first.layout, first.layout.nb_channels
        yield struct.pack("<II", rate, channels)
        left = min(int(seconds * rate), values // channels)
        # A stream may go over to another rate or number of channels; what began it counts.
        resamplers: dict[tuple[object, ...], av.AudioResampler] = {}
        for frame in chain([first], frames):
            kind = (frame.rate, frame.layout.name, frame.format.name)
            if kind not in resamplers:
                resamplers[kind] = av.AudioResampler("flt", layout, rate)
            frame.pts = None
            for packed in resamplers[kind].resample(frame):
                count = min(packed.samples, left)
                left -= count
                yield bytes(memoryview(packed.planes[0])[: 4 * channels * count])
            if left == 0:
                return


def _frames(opened: InputContainer) -> Iterator[AudioFrame]:
    """The frames of the first stream of sound, but for damaged ones, which players pass over too."""
    import av

    if not opened.streams.audio:
        raise NoSoundError
    stream = opened.streams.audio[0]
    decoder = stream.codec_context  # None if there is none for it
    if decoder is None or decoder.codec.name not in CODECS:
        raise NoSoundError
    decoder.thread_count = 1
    packets = opened.demux(stream)
    with suppress(av.InvalidDataError, av.EOFError):
        for packet in packets:
            with suppress(av.InvalidDataError):
                yield from packet.decode()


def limit_this_process() -> None:
    """Bound memory and processor time, and keep every further file and connection shut, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for what, limit in (("RLIMIT_AS", MEMORY), ("RLIMIT_CPU", PROCESSOR), ("RLIMIT_NOFILE", 3)):
        with suppress(ValueError, OSError):
            resource.setrlimit(getattr(resource, what), (limit, limit))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
