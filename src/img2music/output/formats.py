"""The formats that music is kept in."""

from __future__ import annotations

VIDEO = "mp4"
"""The format that shows the picture while the music plays."""
SOUNDS = ("wav", "flac", "ogg", "mp3")
FORMATS = (*SOUNDS, VIDEO)
MIDI = "mid"
"""The format of the score that music was played from."""
MEDIA_TYPES = {
    "wav": "audio/wav",
    "flac": "audio/flac",
    "ogg": "audio/ogg",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "mid": "audio/midi",
    "zip": "application/zip",
}
"""MIME types."""
