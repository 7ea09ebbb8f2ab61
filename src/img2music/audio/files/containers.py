"""Recordings in MP4, Matroska and other containers, which PyAV reads in a process of its own."""

from __future__ import annotations

import struct
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

import numpy as np

from img2music.audio.files.extent import MAX_VALUES, Extent

SUFFIXES = frozenset(
    {".m4a", ".m4b", ".mp4", ".mov", ".3gp", ".mka", ".mkv", ".webm", ".wma", ".asf", ".aac", ".spx", ".wv", ".ape"}
)
"""Suffixes of files that hold sound, alone or with video."""
HEAD = 64
"""Bytes at the beginning of a file that say which kind it is."""
WORKER = Path(__file__).with_name("container_worker.py")
"""The program that is run."""
_FACTS = struct.Struct("<II")  # rate in Hz and number of channels, before the samples
_MARGIN = 6.0  # s read beyond what is wanted, to see whether there is more, and for resampling to look ahead at
LONGEST = 120.0
"""Wall-clock limit for reading a file, s; the process limits its own processor time."""


class ContainerError(Exception):
    """The container holds no readable sound."""


class MissingReaderError(Exception):
    """PyAV is not installed."""


def container_of(head: bytes) -> str | None:
    """FFmpeg's name for the container that begins with `head`, None for formats that are not read this way."""
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
        return "mov"
    if head[:2] == b"\xff\xf1" or head[:2] == b"\xff\xf9":  # the words that AAC synchronises by
        return "aac"
    if head[:4] == b"OggS" and (b"\x7fFLAC" in head or b"Speex   " in head):
        return "ogg"
    return next((name for magic, name in _MAGIC.items() if head.startswith(magic)), None)


def read_container(file: BinaryIO, container: str, extent: Extent) -> tuple[np.ndarray, int]:
    """The wanted part of the sound in an open file, `(T, C)` float32, and its rate in Hz.

    Raises `ContainerError` when there is no readable sound, `MissingReaderError` when PyAV is not installed, and
    `AudioError` when rate, length or size are beyond the limits.
    """
    if find_spec("av") is None:
        raise MissingReaderError
    # The process has the open file and no name: it can follow no link and ask no server. -P: nothing is imported from
    # the folder that the user happens to be in.
    limits = (repr(extent.seconds + _MARGIN), str(MAX_VALUES + 1))
    command = [sys.executable, "-P", str(WORKER), container, *limits]
    try:
        worker = subprocess.run(
            command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=LONGEST, check=True
        )
        rate, channels = _FACTS.unpack_from(worker.stdout)
        samples = np.frombuffer(worker.stdout, "<f4", offset=_FACTS.size).reshape(-1, channels)
    except (subprocess.SubprocessError, struct.error, ValueError) as problem:
        raise ContainerError from problem
    extent.check_rate(rate)
    extent.check_size(len(samples), rate, channels)
    return samples[: extent.frames(rate, channels)], rate


_MAGIC = {
    b"\x1a\x45\xdf\xa3": "matroska",
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11": "asf",
    b"wvpk": "wv",
    b"MAC ": "ape",
}
