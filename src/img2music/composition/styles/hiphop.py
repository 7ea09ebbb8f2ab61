"""Styles of hip-hop."""

from __future__ import annotations

from collections.abc import Callable

from img2music.composition.form.songs import track
from img2music.composition.plan import Plan
from img2music.composition.rhythm.grooves import CLAP, RIM, SNARE, Drummer
from img2music.composition.score import ChordSymbol, Role
from img2music.composition.style import Seat, Style
from img2music.composition.styles.band import Arrangement, band
from img2music.composition.styles.tunes import Taste
from img2music.composition.theory.songs import song_chords

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


def _harmony(loops: dict[str, tuple[str, ...]], richness: float) -> Callable[[Plan], tuple[ChordSymbol, ...]]:
    def harmonise(plan: Plan) -> tuple[ChordSymbol, ...]:
        return song_chords(plan, loops, richness, one_loop=True)

    return harmonise


_RAPPER = Seat("mc", Role.VOICE, {"rapper": 1}, 0.7, 0.4, 1.0)
_SAMPLE = {
    "electric piano": 4,
    "piano": 3,
    "nylon guitar": 1.5,
    "vibraphone": 1.5,
    "strings": 1.5,
    "jazz guitar": 1.5,
    "choir": 0.6,
    "organ": 0.8,
}
_LEADS = {
    "flute": 2,
    "muted trumpet": 1.5,
    "alto sax": 1,
    "voice oohs": 1,
    "vibraphone": 1.2,
    "music box": 0.7,
    "violin": 0.7,
    "jazz guitar": 1,
}

BOOM_BAP = Style(
    "boom-bap",
    "hiphop",
    (70, 91, 110),
    {"4/4": 1.0},
    {"minor": 5, "dorian": 2.5, "major": 1.2, "mixolydian": 0.6},
    (
        Seat("drums", Role.DRUMS, {"vinyl drums": 3, "drum machine": 2, "room drums": 1, "drums": 1}, level=2.0),
        Seat("bass", Role.BASS, {"double bass": 2.5, "bass": 3, "fretless bass": 1, "synth bass": 1}),
        Seat("chords", Role.HARMONY, _SAMPLE, 1.0, 0.0, -3.0),
        Seat("pad", Role.HARMONY, {"strings": 2, "organ": 1, "choir": 1}, 0.35, 0.6, -8.0),
        Seat("hook", Role.MELODY, _LEADS, 0.85, 0.45, -2.0, 0.15),
        _RAPPER,
        Seat("scratches", Role.VOICE, {"scratches": 1}, 0.35, 0.7, -6.0),
    ),
    track,
    _harmony(SOUL, 0.55),
    band(
        Arrangement(
            Drummer(
                "9014100591241254",
                (1, 3),
                0.0,
                0.0,
                {SNARE: 5, CLAP: 0.5},
                {0.5: 4, 0.25: 1},
                0.7,
                0.35,
                0.0,
                0.008,
                0.006,
            ),
            {"locked": 5, "riff": 1.5},
            {"held": 1, "sparse": 2, "early": 1.5, "pushed": 1.5, "stabbed": 2, "backbeat": 1, "broken": 3},
            Taste(0.4, 0.5, 0.65, 0.2, 0.85, False),
        )
    ),
    drift=0.005,
    weight=1.4,
    swing=(0.53, 0.61),
    swing_unit=0.25,
)
LO_FI = Style(
    "lo-fi",
    "hiphop",
    (55, 77, 102),
    {"4/4": 10.0, "3/4": 0.8, "6/8": 0.6},
    {"minor": 3, "major": 3, "dorian": 2},
    (
        Seat("drums", Role.DRUMS, {"vinyl drums": 4, "brushes": 0.7, "drum machine": 1}, level=1.0),
        Seat("bass", Role.BASS, {"double bass": 2, "fretless bass": 1.5, "bass": 2, "warm synth bass": 1}, 1.0, 0.3),
        Seat(
            "chords",
            Role.HARMONY,
            {"electric piano": 4, "piano": 3, "nylon guitar": 2, "jazz guitar": 2, "vibraphone": 1},
            1.0,
            0.0,
            -1.0,
        ),
        Seat("pad", Role.HARMONY, {"warm pad": 2, "slow strings": 1.5, "choir": 1}, 0.5, 0.4, -9.0),
        Seat("hook", Role.MELODY, _LEADS | {"celesta": 1, "kalimba": 1, "piano": 1}, 1.0, 0.3, -3.0, 0.2),
        Seat("mc", Role.VOICE, {"rapper": 1}, 0.12, 0.45, 0.0),
    ),
    track,
    _harmony(SOUL, 0.75),
    band(
        Arrangement(
            Drummer(
                "9004100380141032",
                (1, 2),
                0.0,
                0.1,
                {SNARE: 3, RIM: 2, CLAP: 0.7},
                {0.5: 5, 0.25: 0.8},
                0.6,
                0.2,
                0.0,
                0.012,
                0.014,
            ),
            {"locked": 3, "long": 2.5},
            {"held": 1, "sparse": 2.5, "early": 1.5, "pushed": 1.5, "broken": 4, "stabbed": 0.5},
            Taste(0.4, 0.45, 0.5, 0.2, 0.9, True),
        )
    ),
    drift=0.006,
    weight=1.2,
    swing=(0.54, 0.64),
    swing_unit=0.25,
)
TRAP = Style(
    "trap",
    "hiphop",
    (54, 71, 94),
    {"4/4": 1.0},
    {"minor": 6, "phrygian": 2, "dorian": 0.7, "major": 0.5},
    (
        Seat("drums", Role.DRUMS, {"808 drums": 2, "drum machine": 3}, level=2.0),
        Seat("bass", Role.BASS, {"808 bass": 6, "synth bass": 0.5}, level=1.0),
        Seat(
            "chords",
            Role.HARMONY,
            {"piano": 2, "bells pad": 2, "choir": 1, "synth pluck": 1.5, "nylon guitar": 1.2, "strings": 1},
            1.0,
            0.0,
            -3.0,
        ),
        Seat("pad", Role.HARMONY, {"synth strings": 1, "choir": 1, "warm pad": 1}, 0.5, 0.4, -9.0),
        Seat(
            "hook",
            Role.MELODY,
            {
                "synth pluck": 2,
                "flute": 2,
                "music box": 1,
                "synth lead": 1,
                "pan flute": 0.8,
                "synth voice": 1,
                "piano": 1,
            },
            0.9,
            0.3,
            -3.0,
            0.2,
        ),
        _RAPPER,
        Seat("riser", Role.VOICE, {"riser": 1}, 0.25, 0.0, -10.0),
    ),
    track,
    _harmony(DARK, 0.1),
    band(
        Arrangement(
            Drummer(
                "9003014500210364", (1, 3), 0.0, 1.0, {CLAP: 2, SNARE: 2}, {0.25: 5, 0.125: 0.5}, 0.0, 0.3, 0.09, 0.0
            ),
            {"locked": 6},
            {"held": 1, "sparse": 2, "broken": 6, "early": 0.5, "pushed": 0.7, "stabbed": 0.7},
            Taste(0.5, 0.45, 0.35, 0.1, 0.85, True),
            glides=0.35,
            triplets=3.0,
        )
    ),
    weight=1.4,
)
DRILL = Style(
    "drill",
    "hiphop",
    (62, 71, 84),
    {"4/4": 1.0},
    {"minor": 6, "phrygian": 2.5, "dorian": 0.4},
    (
        Seat("drums", Role.DRUMS, {"808 drums": 2, "drum machine": 3}, level=2.0),
        Seat("bass", Role.BASS, {"808 bass": 1}, level=1.5),
        Seat(
            "chords",
            Role.HARMONY,
            {"piano": 3, "strings": 2, "choir": 1.5, "pizzicato strings": 1, "bells pad": 1},
            1.0,
            0.0,
            -3.0,
        ),
        Seat("pad", Role.HARMONY, {"synth strings": 1, "choir": 1}, 0.4, 0.5, -9.0),
        Seat(
            "hook",
            Role.MELODY,
            {"piano": 1.5, "flute": 1.5, "violin": 1.5, "voice oohs": 1, "synth pluck": 1},
            0.85,
            0.3,
            -3.0,
            0.2,
        ),
        _RAPPER,
    ),
    track,
    _harmony(DARK, 0.15),
    band(
        Arrangement(
            Drummer(
                "9002104500310270",
                (1, 3),
                0.0,
                0.3,
                {SNARE: 2, RIM: 1.5, CLAP: 0.5},
                {0.25: 2, 0.5: 1},
                0.2,
                0.2,
                0.12,
                0.0,
            ),
            {"locked": 6},
            {"held": 1, "sparse": 2, "broken": 4, "stabbed": 1.5, "early": 0.5},
            Taste(0.45, 0.6, 0.3, 0.15, 0.85, True),
            glides=0.5,
            triplets=2.0,
        )
    ),
    weight=0.8,
)
JAZZ_RAP = Style(
    "jazz-rap",
    "hiphop",
    (76, 96, 124),
    {"4/4": 10.0, "3/4": 0.3, "5/4": 0.3},
    {"minor": 3, "dorian": 4, "major": 2, "mixolydian": 1},
    (
        Seat("drums", Role.DRUMS, {"vinyl drums": 2, "jazz drums": 2, "room drums": 1.5}, level=1.0),
        Seat("bass", Role.BASS, {"double bass": 6, "fretless bass": 1}, level=1.0),
        Seat(
            "chords",
            Role.HARMONY,
            {"electric piano": 4, "piano": 3, "jazz guitar": 2, "vibraphone": 2},
            1.0,
            0.0,
            -2.0,
            -0.2,
        ),
        Seat(
            "hook",
            Role.MELODY,
            {"muted trumpet": 2, "tenor sax": 2, "alto sax": 2, "flute": 1.5, "vibraphone": 1.5, "trombone": 0.6},
            1.0,
            0.4,
            -1.0,
            0.2,
        ),
        Seat("answer", Role.MELODY, {"trumpet": 1, "alto sax": 1, "flute": 1, "jazz guitar": 1}, 0.35, 0.6, -4.0, 0.35),
        _RAPPER,
        Seat("scratches", Role.VOICE, {"scratches": 1}, 0.25, 0.7, -7.0),
    ),
    track,
    _harmony(SOUL, 0.85),
    band(
        Arrangement(
            Drummer(
                "9013200490232043",
                (1, 3),
                0.0,
                0.0,
                {SNARE: 4, RIM: 1},
                {0.5: 3, 0.25: 1},
                0.85,
                0.25,
                0.0,
                0.009,
                0.004,
                False,
                0.6,
            ),
            {"riff": 3, "locked": 3, "eighths": 0.4},
            {"stabbed": 3, "sparse": 2, "pushed": 1, "early": 1.5, "backbeat": 0.7, "held": 0.5},
            Taste(0.55, 0.6, 0.25, 0.25, 0.85, True),
        )
    ),
    drift=0.007,
    weight=1.0,
    swing=(0.54, 0.63),
    swing_unit=0.25,
)
WEST_COAST = Style(
    "west-coast",
    "hiphop",
    (76, 95, 118),
    {"4/4": 1.0},
    {"minor": 4, "dorian": 3, "mixolydian": 1, "phrygian": 0.6, "major": 0.6},
    (
        Seat("drums", Role.DRUMS, {"drum machine": 3, "808 drums": 1, "drums": 1}, level=1.5),
        Seat(
            "bass",
            Role.BASS,
            {"synth bass": 3, "warm synth bass": 2, "bass": 2, "slap bass": 0.7, "808 bass": 0.6},
            level=1.0,
        ),
        Seat(
            "chords",
            Role.HARMONY,
            {"electric piano": 3, "muted guitar": 2, "clavinet": 1, "piano": 1.5, "organ": 1},
            1.0,
            0.0,
            -3.0,
            -0.2,
        ),
        Seat("pad", Role.HARMONY, {"synth strings": 2, "strings": 1.5, "warm pad": 1}, 0.6, 0.5, -7.0),
        Seat(
            "hook",
            Role.MELODY,
            {"synth lead": 4, "saw lead": 1, "square lead": 1, "flute": 0.7, "synth voice": 0.7},
            0.95,
            0.4,
            -3.0,
            0.2,
        ),
        Seat("answer", Role.MELODY, {"muted guitar": 0.01, "synth brass": 1, "brass": 1}, 0.3, 0.7, -6.0, -0.35),
        _RAPPER,
    ),
    track,
    _harmony(SOUL, 0.35),
    band(
        Arrangement(
            Drummer("9014202590142035", (1, 3), 0.0, 0.0, {SNARE: 2, CLAP: 3}, {0.5: 2, 0.25: 2}, 0.2, 0.3, 0.0, 0.004),
            {"riff": 4, "locked": 3},
            {"stabbed": 3, "backbeat": 1.5, "sparse": 1.5, "off beat": 0.7, "held": 0.5, "early": 0.7},
            Taste(0.5, 0.5, 0.55, 0.4, 0.95, True),
            glides=0.12,
        )
    ),
    weight=1.0,
    swing=(0.5, 0.57),
    swing_unit=0.25,
)
STYLES = (BOOM_BAP, LO_FI, TRAP, DRILL, JAZZ_RAP, WEST_COAST)
