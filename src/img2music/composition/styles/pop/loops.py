"""Progressions that pop is made of, by mode."""

from __future__ import annotations

LOOPS: dict[str, tuple[str, ...]] = {
    "major": (
        "I | V | VIm | IV",
        "VIm | IV | I | V",
        "I | VIm | IV | V",
        "IV | I | V | VIm",
        "I | IIIm | VIm | IV",
        "I | IV | VIm | V",
        "IV | V | IIIm | VIm",
        "I | IV | IIm | V",
        "I | I | IV | IV",
        "IIm | IV | I | V",
        "I | III | VIm | IV",
        "IV | IVm | I | I",
        "VIm | V | IV | IV",
        "I | V | IIm | IV",
        "IV | V | VIm | I",
        "I V | VIm IIIm | IV I | IIm V",
        "I | bVII | IV | I",
        "VIm | IIm | V | I",
    ),
    "minor": (
        "Im | bVI | bIII | bVII",
        "Im | bVII | bVI | bVII",
        "bVI | bVII | Im | bIII",
        "Im | IVm | bVI | V",
        "Im | bIII | bVII | IVm",
        "IVm | bVI | Im | bVII",
        "Im | Vm | bVI | IVm",
        "bVI | IVm | Im | V",
        "Im | bVI | IVm | Vm",
        "Im | bIII | IV | bVI",
        "Im bVII | bVI | IVm | V",
    ),
    "dorian": (
        "Im | IV | Im | IV",
        "Im | bIII | IV | Im",
        "Im | bVII | IV | IV",
        "IIm | Im | IV | Im",
        "Im | Vm | IV | bVII",
    ),
    "mixolydian": ("I | bVII | IV | I", "I | IV | bVII | IV", "I | Vm | bVII | IV", "IV | bVII | I | I"),
    "lydian": ("I | II | I | II", "I | II | VIm | IIIm", "I | IIIm | II | I", "VIm | II | I | I"),
    "phrygian": ("Im | bII | Im | bII", "Im | bII | bVIIm | Im", "Im | bIII | bII | Im"),
}
