"""Commands that end quickly, for the fuzzing of environments."""

from __future__ import annotations

MODELS = "MODELS"
"""In the place of the models folder; WORK is that of the folder of the inputs."""
_USUAL = ("--models", MODELS)
_SHORT = ("--seconds", "1", *_USUAL)
_COVER, _OTHER, _BAD, _CLIP = "WORK/cover.png", "WORK/é 音 🎵.jpg", "WORK/bad.png", "WORK/clip.wav"

COMMANDS: tuple[tuple[str, ...], ...] = (
    ("--help",),
    ("--version",),
    ("generate", "--help"),
    ("batch", "--help"),
    ("bank", "--help"),
    ("learn", "--help"),
    ("train", "vae", "--help"),
    ("--show-completion", "bash"),
    ("no-such-command",),
    ("generate",),
    ("info", *_USUAL),
    ("info", "--json", *_USUAL),
    ("info", "--credits", *_USUAL),
    ("info", "--models", "WORK"),
    ("classify", _COVER, *_USUAL),
    ("classify", _COVER, _OTHER, _BAD, *_USUAL),
    ("classify", _COVER, _BAD, "--json", *_USUAL),
    ("classify", "-", *_USUAL),
    ("generate", _COVER, *_SHORT),
    ("generate", _OTHER, "--json", *_SHORT),
    ("generate", _OTHER, "--top-n", "2", *_SHORT),
    ("generate", _COVER, "--sidecar", "--format", "flac", *_SHORT),
    ("generate", _COVER, "--tags", "--format", "mp3", *_SHORT),
    ("generate", _COVER, "-o", "-", *_SHORT),
    ("generate", "-", "-o", "WORK/piped.ogg", *_SHORT),
    ("generate", _COVER, "--quiet", *_SHORT),
    ("generate", _BAD, *_SHORT),
    ("again", "WORK/made.json", "-o", "WORK/again.wav", *_USUAL),
    ("again", "WORK/made.json", "-o", "-", *_USUAL),
    ("reconstruct", _CLIP, "--genre", "pop", *_USUAL),
    ("batch", _COVER, _OTHER, _BAD, "--out", "WORK/out", *_SHORT),
    ("batch", "WORK/covers", "--out", "WORK/out", *_SHORT),
    ("bank", "add", _CLIP, "--genre", "pop", *_USUAL),
    ("bank", "list", *_USUAL),
    ("bank", "remove", "own"),
    ("data", "covers", "WORK/covers", "--out", "WORK/index", "--genres", "pop,jazz"),
)
MAY_BE_PARTLY = ("classify", "batch", "bank")
"""Commands that may end with some of several inputs failed."""
