"""Charts: the chord progressions of jazz, by style and mode, eight or more bars each, and what goes between them."""

from __future__ import annotations

from collections.abc import Mapping

Chart = str
"""Bars of chords, as `theory.harmony.progression` reads them."""

A_MAJOR: tuple[Chart, ...] = (
    "I6 VI7 | IIm7 V7 | IIIm7 VI7 | IIm7 V7 | Vm7 I7 | IVmaj7 bVII9 | IIIm7 VI7 | IIm7 V13",
    "Imaj9 | VI7alt | IIm9 | V13 | IIIm7 | bIIIdim7 | IIm9 | V13",
    "Imaj7 | Imaj7 | IVm7 | bVII9 | Imaj7 | VIIm7b5 III7alt | VIm9 | IIm7 V7",
    "IIm9 | V13 | Imaj9 | Imaj9 | IVm7 | bVII13 | Imaj9 | VI7alt",
    "Imaj7 | II9 | IIm7 | V7 | Imaj7 VI7alt | II9 | IIm7 V7 | I6 V7",
    "VIm7 | IIm7 | V13 | Imaj7 | IVmaj7 | VIIm7b5 III7alt | VIm7 | IIm7 V7",
    "Imaj9 IVmaj9 | IIIm7 bIIIm7 | IIm9 | V7alt | Imaj9 I7 | IVmaj7 #IVdim7 | IIIm7 VI7alt | IIm9 V13",
    "IIIm7 | VI7 | IIm7 | V7 | Im7 | IV9 | bVIImaj7 | V7alt",
    "I6 | I7 | IVmaj7 | IVm6 | IIIm7 | VI7 | II9 | V7sus V7",
    "Imaj7 #Idim7 | IIm7 #IIdim7 | IIIm7 | VI7alt | IIm7 | bVII9 | Imaj7 VI7 | IIm7 V7",
    "IVmaj7 | IVm6 | Imaj7 | VIm7 | II9 | II9 | IIm7 | V7alt",
)
B_MAJOR: tuple[Chart, ...] = (
    "III7 | III7 | VI7 | VI7 | II9 | II9 | V13 | V7alt",
    "Vm9 | I7alt | IVmaj9 | IVmaj9 | VIm7 | II13 | IIm9 | V13",
    "IVmaj7 | IVm6 | IIIm7 | VI7alt | VIm7 | II9 | IIm7 | V7alt",
    "bIIIm7 | bVI9 | bIImaj7 | bIImaj7 | IIm7b5 | V7alt | IIIm7b5 VI7alt | IIm7 V7",
    "#IVm7b5 | VII7alt | IIIm7 | VI7 | VIm7 | II9 | IIm7 | V13",
    "Im7 | IV9 | bVIImaj7 | bVIImaj7 | bVIIm7 | bIII9 | bVImaj7 | IIm7 V7alt",
)
A_MINOR: tuple[Chart, ...] = (
    "Im6 | IIm7b5 V7alt | Im6 | I7alt | IVm9 | bVII13 | bIIImaj9 | IIm7b5 V7alt",
    "IVm9 | bVII9 | bIIImaj7 | bVImaj7 | IIm7b5 | V7alt | Im6 | Im6",
    "Im9 | Im9 | bVI9 | V7alt | Im9 | bIIImaj7 | IIm7b5 | V7alt",
    "Im7 bVII9 | bVImaj7 V7alt | Im7 bVII9 | bVImaj7 V7alt | IVm7 | Im7 | IIm7b5 V7alt | Im6",
    "Im6 VIm7b5 | IIm7b5 V7alt | Im6 VIm7b5 | IIm7b5 V7alt | IVm7 | bVII9 | bIIImaj7 bVImaj7 | IIm7b5 V7alt",
    "Im7 | IVm7 | bVII9 | bIIImaj7 | bVImaj7 | IIm7b5 | V7alt | Im6",
    "Immaj7 Im7 | Im6 bVI7 | IVm7 | bVII9 | bIIImaj7 | bVI9 | IIm7b5 | V7alt",
)
B_MINOR: tuple[Chart, ...] = (
    "IVm7 | bVII9 | bIIImaj7 | bIIImaj7 | IIm7b5 | V7alt | Im6 | V7alt",
    "Vm7b5 | I7alt | IVm9 | IVm9 | bVI9 | bVI9 | IIm7b5 | V7alt",
    "bIIImaj9 | bVII9 | bIIImaj9 | IIIm7b5 VI7alt | IIm7 | V7 | IIm7b5 | V7alt",
    "bVImaj7 | bVII9 | Im7 | Im7 | bVImaj7 | bVII9 | IIm7b5 | V7alt",
)
BLUES_MAJOR: tuple[Chart, ...] = (
    "I7 | IV7 | I7 | I7 | IV7 | IV7 | I7 | VI7alt | IIm9 | V13 | I7 VI7alt | IIm7 V7alt",
    "I7 | I7 | I7 | I7 | IV9 | IV9 | I7 | I7 | V9 | IV9 | I7 | V7",
    "Imaj7 | VIIm7b5 III7alt | VIm7 II7 | Vm7 I7 | IV7 | IVm7 bVII7 | IIIm7 VI7 | bIIIm7 bVI7 | IIm9 | V13 | "
    "Imaj7 VI7alt | IIm7 V7alt",
    "I13 | IV9 #IVdim7 | I13 | Vm7 I7alt | IV9 | #IVdim7 | I13 | IIIm7b5 VI7alt | IIm9 | V7alt | "
    "I13 bIII9 | bVI9 V7alt",
    "I7 | IV7 | I7 | Vm7 bV7#11 | IV9 | IVm7 bVII9 | IIIm7 | VI7alt | II9 | V13 bII9 | I7 VI7 | II9 V7",
)
BLUES_MINOR: tuple[Chart, ...] = (
    "Im7 | Im7 | Im7 | Im7 | IVm7 | IVm7 | Im7 | Im7 | bVI9 | V7alt | Im6 | IIm7b5 V7alt",
    "Im6 | IVm7 | Im6 | Vm7b5 I7alt | IVm9 | IVm9 | Im6 | bIIIm7 bVI9 | IIm7b5 | V7alt | Im6 bVI9 | IIm7b5 V7alt",
    "Im9 | IIm7b5 V7alt | Im9 | I7alt | IVm9 | bVII13 | bIIImaj7 | bVImaj7 | IIm7b5 | V7alt | Im9 bIII9 | bVI9 V7alt",
)
BOSSA_MAJOR: tuple[Chart, ...] = (
    "Imaj9 | Imaj9 | II13 | II13 | IIm9 | V13 | Imaj9 | bII9",
    "Imaj9 | bIIIdim7 | IIm9 | V13 | IIIm7 | VI7alt | IIm9 | bII9",
    "Imaj9 | IVm6 | IIIm7 | VI7b9 | IIm9 | bVII13 | Imaj9 | V7sus V7",
    "Imaj9 VIm9 | II13 | IVm6 | bVII13 | IIIm7 VI7alt | IIm9 V13 | Imaj9 | IIm9 bII9",
    "I69 | I69 | bVI9 | V13 | I69 | VI7b9 | IIm9 | V7sus V7b9",
    "Imaj9 | Vm9 I13 | IVmaj9 | bVII13 | IIIm7 bIIIdim7 | IIm9 V13 | Imaj9 VI7b9 | IIm9 V13",
)
BOSSA_MINOR: tuple[Chart, ...] = (
    "Im9 | Im9 | IVm9 | bVII13 | bIIImaj9 | bVImaj7 | IIm7b5 | V7alt",
    "Im9 | Im9 | IIm7b5 | V7b9 | Im9 | bIII9 | bVImaj9 | V7b9",
    "Im6 | bVII9 | bVImaj7 | V7b9 | IVm9 | Im9 | IIm7b5 V7alt | Im6",
    "Im9 I7alt | IVm9 | bVII13 | bIIImaj9 bVImaj9 | IIm7b5 | V7b9 | Im9 IVm9 | IIm7b5 V7b9",
)
BALLAD_MAJOR: tuple[Chart, ...] = (
    "Imaj9 IVmaj9 | IIIm7 VI7alt | IIm9 V13 | Imaj9 bVII9 | VIm9 II9 | IIm9 V7alt | IIIm7 bIIIm7 | IIm9 V13",
    "Imaj9 VIIm7b5 | III7alt VIm9 | Vm9 I13 | IVmaj9 IVm6 | IIIm7 VI7alt | IIm9 V7alt | Imaj9 bIIImaj7 | bVImaj7 V13",
    "IIm9 V13 | Imaj9 VIm9 | IIm9 bVI9 | V7sus V7b9 | Imaj9 I7alt | IVmaj9 bVII13 | IIIm7 VI7alt | IIm9 V13",
    "Imaj9 #Idim7 | IIm9 #IIdim7 | IIIm7 I7alt | IVmaj9 bVII9 | Imaj9 VI7alt | II13 | IIm9 V7sus | Imaj9 V7alt",
    "IVmaj9 IVm6 | IIIm7 VI7alt | IIm9 bII9 | Imaj9 I13 | #IVm7b5 VII7alt | IIIm7 VI7alt | IIm9 V13 | I69 V7alt",
)
BALLAD_MINOR: tuple[Chart, ...] = (
    "Im9 IVm9 | IIm7b5 V7alt | Im9 bVI9 | V7sus V7alt | IVm9 bVII13 | bIIImaj9 bVImaj9 | IIm7b5 V7alt | Im6 V7alt",
    "Im9 VIm7b5 | IIm7b5 V7b9 | Vm7b5 I7alt | IVm9 | bVII13 bIIImaj9 | bVImaj7 IIm7b5 | bVI9 V7alt | Im6 V7alt",
    "Immaj7 Im7 | VIm7b5 bVI9 | IVm9 bVII9 | bIIImaj7 | bVImaj7 IVm9 | IIm7b5 V7alt | Im9 bIIIdim7 | IIm7b5 V7alt",
)
MODAL: Mapping[str, tuple[Chart, ...]] = {
    "dorian": (
        "Im11 | Im11 | Im9 | Im11 | Im9 | Im11 | Im9 | Im11",
        "Im11 | Im11 | Im9 | Im11 | bIIm11 | bIIm11 | Im9 | Im11",
        "Im9 | IV9sus | Im9 | IV9sus | Im11 | Im11 | IV9sus | IV9sus",
        "Im11 | Im11 | bVIImaj9 | bVIImaj9 | Im11 | Im11 | bIIImaj9 | IIm11",
    ),
    "minor": (
        "Im11 | Im11 | bVImaj9 | bVImaj9 | Im11 | Im11 | bVImaj9 | Vm11",
        "Im9 | Im11 | IVm11 | IVm11 | Im9 | Im11 | bVImaj9 | bVII9sus",
        "Im11 | bVIImaj7 | bVImaj9 | bVImaj9 | Im11 | bVIImaj7 | bVImaj9 | Vm11",
    ),
    "phrygian": (
        "I7sus | bIImaj7 | I7sus | bIImaj7 | Im7 | bIImaj7 | bIIImaj7 | bIImaj7",
        "Im7 | Im7 | bIImaj7 | bIImaj7 | Im7 | Im7 | bVIIm11 | bIImaj7",
    ),
    "mixolydian": (
        "I9sus | I9sus | bVIImaj9 | bVIImaj9 | I9sus | I9sus | IVmaj9 | bVIImaj9",
        "I9 | I9sus | I9 | I9sus | bVII9sus | bVII9sus | I9 | I9sus",
    ),
    "lydian": (
        "Imaj9 | Imaj9 | IIm11 | Imaj9 | Imaj9 | VIIm11 | IIIm11 | Imaj9",
        "Imaj9 | Imaj9 | bIIImaj9 | bIIImaj9 | Imaj9 | Imaj9 | bVIImaj9 | II9sus",
    ),
    "major": (
        "Imaj9 | Imaj9 | IVmaj9 | IVmaj9 | Imaj9 | Imaj9 | IIm11 | IIIm11",
        "Imaj9 | IIm11 | IIIm11 | IVmaj9 | VIm11 | VIm11 | IIm11 | V9sus",
        "I69 | I69 | bVImaj9 | bVII9sus | I69 | I69 | IVmaj9 | V9sus",
    ),
}
FUNK_MAJOR: tuple[Chart, ...] = (
    "I9 | I9 | I9 | I9 | IV9 | IV9 | I9 | V9sus",
    "I13 | I13 | bVII9 | IV9 | I13 | I13 | bIII9 IV9 | I13",
    "I9 | IV13 | I9 | IV13 | IIm9 | V9sus | I9 bVII9 | IV9 V9sus",
    "Imaj9 | VI7alt | IIm9 | V9sus | Imaj9 | IVmaj9 IVm6 | IIIm7 VI7alt | IIm9 V13",
)
FUNK_MINOR: tuple[Chart, ...] = (
    "Im9 | IV13 | Im9 | IV13 | Im9 | IV13 | bVI9 | V7alt",
    "Im9 | Im9 | Im9 | Im9 | bVImaj7 | V7alt | Im9 | bVII9sus",
    "Im11 | Im11 | bIII9 IV9 | Im11 | Im11 | Im11 | bVImaj9 | V7alt",
    "Im7 bVII9 | bVImaj7 | Im7 bVII9 | bVImaj7 V7alt | IVm9 | bVII13 | bIIImaj9 bVImaj7 | IIm7b5 V7alt",
)
TURNAROUNDS_MAJOR: tuple[Chart, ...] = (
    "IIIm7 VI7alt | IIm7 V7",
    "I6 VI7 | IIm7 V13",
    "Imaj7 bIIImaj7 | bVImaj7 bII9",
    "IIIm7 bIII9 | IIm7 bII9",
    "Imaj7 #Idim7 | IIm7 V7alt",
    "#IVm7b5 IVm6 | IIIm7 bIII9",
)
TURNAROUNDS_MINOR: tuple[Chart, ...] = (
    "Im6 VIm7b5 | IIm7b5 V7alt",
    "Im7 bIIImaj7 | bVImaj7 bII9",
    "Im6 bVI9 | IIm7b5 V7alt",
    "bIIImaj7 bVI9 | IIm7b5 V7alt",
)
CADENCES_MAJOR: tuple[Chart, ...] = ("IIm7 V7", "IIm9 V13", "IIm9 V7alt", "IIm7 bII9", "IVm6 V7", "bVI9 V7alt")
CADENCES_MINOR: tuple[Chart, ...] = ("IIm7b5 V7alt", "bVI9 V7alt", "IIm7b5 bII9", "IVm7 V7b9")
