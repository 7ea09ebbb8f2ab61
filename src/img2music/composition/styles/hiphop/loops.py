"""Progressions that hip-hop is made of, by mode."""

from __future__ import annotations

SOUL: dict[str, tuple[str, ...]] = {
    "minor": (
        "Im9 | bVImaj7",
        "Im7 | IVm9",
        "Im9 | Im9 | bVImaj7 | V7alt",
        "IVm9 | Im9",
        "Im9 | bVII9 | bVImaj9 | V7alt",
        "bVImaj9 | V7alt | Im9 | Im9",
        "Im7 | bIImaj7",
        "Im11 | Im11 | bVImaj9 | bVImaj9",
        "Im9 IVm9 | bVII9 bIIImaj7",
        "IIm7b5 V7alt | Im9",
        "Im7 | bIIImaj7 | IVm7 | V7alt",
        "bVImaj7 | bVII9 | Im9 | Vm7",
    ),
    "major": (
        "IIm9 V13 | Imaj9 VI7alt",
        "Imaj9 | IIIm7 | VIm9 | IVmaj9",
        "IVmaj9 | IIIm7 | IIm9 | Imaj9",
        "Imaj9 | IVmaj9",
        "IVmaj9 IIIm7 | IIm9 V13",
        "Imaj7 | IIIm7 bIIIdim7 | IIm9 | V9sus",
        "IVmaj7 | IVm6 | Imaj9 | VIm9",
    ),
    "dorian": ("Im9 | IV9", "Im7 IV9 | bVII9 Im7", "Im11 | IV13 | Im9 | bIIImaj7", "Im9 | IIm7 | Im9 | IV9"),
    "mixolydian": ("I9 | Vm9", "I7 | bVII9 | IV9 | I7"),
}

DARK: dict[str, tuple[str, ...]] = {
    "minor": (
        "Im | bVI | bIII | bVII",
        "Im | Im | bVI | V",
        "Im | IVm | bVI | V",
        "Im | bVI",
        "Im | bVII | bVI | V",
        "IVm | Im | V | Im",
        "Im | IIm7b5 | Im | V",
        "bVI | bVII | Im | Im",
        "Im | bIII | bVI | V",
        "Im bVI | IVm V",
    ),
    "phrygian": ("Im | bII", "Im | Im | bII | bIII", "Im | bII | bVIIm | Im", "bII | Im | bIII | bII"),
    "dorian": ("Im | IV", "Im | bVII | IV | Im"),
    "major": ("I | VIm | IV | V", "IV | IIIm | VIm | I", "VIm | IV | I | V"),
}
