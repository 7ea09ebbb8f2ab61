"""Styles of pop."""

from __future__ import annotations

from collections.abc import Callable

from img2music.composition.form.songs import club, song
from img2music.composition.plan import Plan
from img2music.composition.rhythm.grooves import CLAP, RIM, SNARE, Drummer
from img2music.composition.score import ChordSymbol, Role
from img2music.composition.style import Seat, Style
from img2music.composition.styles.band import Arrangement, band
from img2music.composition.styles.tunes import Taste
from img2music.composition.theory.songs import song_chords

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


def _harmony(richness: float) -> Callable[[Plan], tuple[ChordSymbol, ...]]:
    def harmonise(plan: Plan) -> tuple[ChordSymbol, ...]:
        return song_chords(plan, LOOPS, richness, one_loop=False)

    return harmonise


_KITS = {"drums": 3.0, "room drums": 2.0, "power drums": 1.5}
_MACHINES = {"drum machine": 3.0, "electronic drums": 1.5, "808 drums": 1.0}

DANCE = Style(
    "dance",
    "pop",
    (102, 123, 142),
    {"4/4": 1.0},
    {"minor": 4, "major": 3, "dorian": 1.5, "phrygian": 0.3, "mixolydian": 0.6},
    (
        Seat("drums", Role.DRUMS, {"drum machine": 3, "electronic drums": 1.5}, level=1.0),
        Seat("bass", Role.BASS, {"synth bass": 3, "warm synth bass": 2, "bass lead": 1}),
        Seat(
            "chords",
            Role.HARMONY,
            {"piano": 2, "supersaw": 3, "polysynth": 2, "organ": 1, "electric piano": 1},
            1.0,
            0.0,
            -2.0,
        ),
        Seat("pad", Role.HARMONY, {"synth strings": 2, "sweep pad": 1, "warm pad": 1, "strings": 1}, 0.6, 0.3, -7.0),
        Seat(
            "hook",
            Role.MELODY,
            {"singer": 4, "synth lead": 2, "synth pluck": 2, "synth voice": 1, "marimba": 0.6, "flute": 0.5},
        ),
        Seat("arpeggio", Role.HARMONY, {"synth pluck": 3, "polysynth": 1, "bells pad": 1}, 0.45, 0.55, -7.0, 0.35),
        Seat("double", Role.MELODY, {"saw lead": 1, "supersaw": 1}, 0.3, 0.85, -8.0, -0.2),
        Seat("riser", Role.VOICE, {"riser": 1}, 0.7, 0.0, -8.0),
    ),
    club,
    _harmony(0.15),
    band(
        Arrangement(
            Drummer(
                "9011301290113012", (1, 2), 0.85, 0.0, {CLAP: 2, SNARE: 1}, {0.5: 2, 0.25: 1}, 0.1, 0.5, 0.02, 0.001
            ),
            {"off beats": 3, "eighths": 2, "locked": 1.5, "riff": 1},
            {"stabbed": 4, "off beat": 1.2, "sparse": 1.5, "early": 1, "held": 0.6, "pulsed": 0.6, "broken": 1},
            Taste(0.5, 0.6, 0.55, 0.15, 0.85),
        )
    ),
    weight=2.0,
)
SYNTH = Style(
    "synth",
    "pop",
    (86, 110, 136),
    {"4/4": 10.0, "6/8": 0.4, "3/4": 0.3},
    {"minor": 3, "major": 3, "mixolydian": 1, "dorian": 1.5, "lydian": 0.7},
    (
        Seat("drums", Role.DRUMS, _MACHINES, level=0.5),
        Seat("bass", Role.BASS, {"synth bass": 3, "bass lead": 1.5, "warm synth bass": 1.5}),
        Seat("chords", Role.HARMONY, {"polysynth": 3, "supersaw": 2, "synth brass": 2, "fm piano": 2}, 1.0, 0.0, -2.5),
        Seat(
            "arpeggio",
            Role.HARMONY,
            {"synth pluck": 3, "square lead": 0.01, "bells pad": 1.5, "polysynth": 1},
            0.65,
            0.35,
            -6.0,
            0.3,
        ),
        Seat("pad", Role.HARMONY, {"synth strings": 3, "space voice": 1, "warm pad": 1.5}, 0.7, 0.3, -7.0),
        Seat(
            "hook", Role.MELODY, {"singer": 3, "synth lead": 2, "square lead": 1.5, "synth voice": 1, "saw lead": 0.8}
        ),
        Seat(
            "answer",
            Role.MELODY,
            {"bells pad": 1, "glockenspiel": 0.6, "fm piano": 0.01, "synth pluck": 1},
            0.3,
            0.6,
            -6.0,
            -0.35,
        ),
        Seat("riser", Role.VOICE, {"riser": 1}, 0.25, 0.0, -10.0),
    ),
    song,
    _harmony(0.2),
    band(
        Arrangement(
            Drummer(
                "9012302370123023", (1, 3), 0.3, 0.0, {SNARE: 3, CLAP: 1}, {0.5: 3, 0.25: 1.3}, 0.1, 0.3, 0.0, 0.001
            ),
            {"eighths": 3, "locked": 2, "riff": 1, "off beats": 0.6},
            {"held": 1, "sparse": 1.5, "early": 1, "stabbed": 2, "pulsed": 0.6, "pushed": 1.2},
            Taste(0.45, 0.45, 0.4, 0.15),
        )
    ),
    weight=1.5,
)
BAND = Style(
    "band",
    "pop",
    (78, 112, 146),
    {"4/4": 10.0, "6/8": 0.8, "3/4": 0.5, "12/8": 0.3, "5/4": 0.1},
    {"major": 5, "minor": 2, "mixolydian": 1.5, "dorian": 0.8, "lydian": 0.3},
    (
        Seat("drums", Role.DRUMS, _KITS, level=1.0),
        Seat("bass", Role.BASS, {"bass": 3, "picked bass": 2, "fretless bass": 0.4}),
        Seat(
            "chords",
            Role.HARMONY,
            {"acoustic guitar": 2, "electric guitar": 2, "piano": 2.5, "organ": 0.7},
            1.0,
            0.0,
            -2.0,
            -0.3,
        ),
        Seat(
            "second chords",
            Role.HARMONY,
            {"piano": 2, "electric guitar": 2, "muted guitar": 2, "electric piano": 1},
            0.5,
            0.5,
            -6.0,
            0.4,
        ),
        Seat("pad", Role.HARMONY, {"strings": 2, "organ": 1.5, "slow strings": 1}, 0.5, 0.6, -8.0),
        Seat("hook", Role.MELODY, {"singer": 5, "electric guitar": 1, "voice oohs": 1, "piano": 0.8, "trumpet": 0.3}),
        Seat(
            "answer",
            Role.MELODY,
            {"electric guitar": 2, "brass": 1, "alto sax": 0.7, "glockenspiel": 0.5},
            0.45,
            0.6,
            -5.0,
            0.35,
        ),
    ),
    song,
    _harmony(0.25),
    band(
        Arrangement(
            Drummer(
                "9013302690133026", (1, 3), 0.05, 0.05, {SNARE: 5, CLAP: 0.3}, {0.5: 4, 0.25: 0.8, 1.0: 0.3}, 0.45, 0.3
            ),
            {"locked": 4, "eighths": 2, "riff": 1},
            {"strummed": 3, "pulsed": 0.8, "sparse": 1.5, "early": 0.8, "pushed": 1.2, "broken": 1.5, "backbeat": 0.6},
            Taste(0.5, 0.4, 0.4, 0.25),
        )
    ),
    drift=0.008,
    weight=1.5,
)
BALLAD = Style(
    "ballad",
    "pop",
    (54, 72, 96),
    {"4/4": 8.0, "6/8": 2.0, "12/8": 1.0, "3/4": 1.2},
    {"major": 5, "minor": 3, "lydian": 0.4, "dorian": 0.4, "mixolydian": 0.5},
    (
        Seat("drums", Role.DRUMS, {"drums": 2, "room drums": 1, "brushes": 1}, 0.75, 0.5, -2.0),
        Seat("bass", Role.BASS, {"bass": 3, "fretless bass": 2, "double bass": 0.7}, 0.95, 0.35),
        Seat(
            "chords",
            Role.HARMONY,
            {"piano": 5, "electric piano": 2, "acoustic guitar": 1.5, "nylon guitar": 1},
            1.0,
            0.0,
            0.0,
            -0.15,
        ),
        Seat("pad", Role.HARMONY, {"strings": 3, "slow strings": 2, "warm pad": 1, "choir": 0.7}, 0.8, 0.5, -6.0),
        Seat(
            "hook",
            Role.MELODY,
            {"singer": 4, "voice oohs": 1, "cello": 0.8, "flute": 0.6, "alto sax": 0.6, "violin": 0.6},
        ),
        Seat(
            "answer", Role.MELODY, {"oboe": 1, "electric guitar": 1, "french horn": 1, "violin": 1}, 0.4, 0.6, -5.0, 0.3
        ),
    ),
    song,
    _harmony(0.35),
    band(
        Arrangement(
            Drummer(
                "9001103500011035",
                (0, 2),
                0.0,
                0.3,
                {SNARE: 3, RIM: 1},
                {0.5: 3, 0.25: 1, 1.0: 0.5},
                0.3,
                0.15,
                0.0,
                0.008,
            ),
            {"long": 3, "locked": 2},
            {"broken": 4.5, "pulsed": 0.8, "sparse": 1, "pushed": 0.7},
            Taste(0.45, 0.3, 0.35, 0.35, 0.95),
        )
    ),
    drift=0.012,
    weight=1.0,
)
LATIN = Style(
    "latin",
    "pop",
    (72, 96, 130),
    {"4/4": 1.0},
    {"minor": 4, "major": 2, "dorian": 1, "phrygian": 0.8, "mixolydian": 0.4},
    (
        Seat("drums", Role.DRUMS, {"drum machine": 2, "808 drums": 1, "electronic drums": 1}, level=1.0),
        Seat("bass", Role.BASS, {"warm synth bass": 2, "bass": 2, "808 bass": 1.5}),
        Seat(
            "chords",
            Role.HARMONY,
            {"nylon guitar": 3, "electric piano": 1.5, "synth pluck": 1.5, "piano": 1.5},
            1.0,
            0.0,
            -2.0,
        ),
        Seat("pad", Role.HARMONY, {"warm pad": 1, "synth strings": 1, "strings": 1}, 0.45, 0.5, -8.0),
        Seat("hook", Role.MELODY, {"singer": 4, "trumpet": 1, "flute": 1, "synth lead": 1, "marimba": 1}),
        Seat(
            "answer",
            Role.MELODY,
            {"brass": 2, "nylon guitar": 1.5, "steel drums": 0.7, "trumpet": 1},
            0.5,
            0.5,
            -4.0,
            0.3,
        ),
    ),
    song,
    _harmony(0.2),
    band(
        Arrangement(
            Drummer(
                "9001300490013004",
                (1, 2),
                0.6,
                0.0,
                {SNARE: 2, RIM: 1, CLAP: 0.7},
                {0.5: 2, 0.25: 2},
                0.2,
                0.3,
                0.0,
                0.002,
                0.0,
                True,
            ),
            {"tumbao": 3, "locked": 2, "long": 0.5},
            {"stabbed": 3, "broken": 2, "off beat": 0.8, "sparse": 1.2, "backbeat": 0.6, "strummed": 1},
            Taste(0.55, 0.65, 0.35, 0.2, 0.85),
        )
    ),
    weight=0.9,
)
ROCK = Style(
    "rock",
    "pop",
    (98, 132, 182),
    {"4/4": 10.0, "6/8": 0.5, "3/4": 0.2, "7/8": 0.15, "5/4": 0.15},
    {"major": 3, "minor": 3, "mixolydian": 2.5, "dorian": 1.5},
    (
        Seat("drums", Role.DRUMS, {"power drums": 3, "drums": 2, "room drums": 1.5}, level=1.0),
        Seat("bass", Role.BASS, {"picked bass": 3, "bass": 2}),
        Seat(
            "chords",
            Role.HARMONY,
            {"overdriven guitar": 3, "distorted guitar": 2, "electric guitar": 2},
            1.0,
            0.0,
            -3.0,
            -0.4,
        ),
        Seat(
            "second chords",
            Role.HARMONY,
            {"electric guitar": 2, "muted guitar": 1.5, "rock organ": 1.5, "piano": 1},
            0.6,
            0.45,
            -6.0,
            0.45,
        ),
        Seat("hook", Role.MELODY, {"singer": 4, "overdriven guitar": 1.2, "distorted guitar": 0.8, "rock organ": 0.3}),
        Seat("answer", Role.MELODY, {"overdriven guitar": 2, "electric guitar": 1}, 0.35, 0.8, -5.0, 0.3),
    ),
    song,
    _harmony(0.05),
    band(
        Arrangement(
            Drummer(
                "9014203790142037",
                (1, 3),
                0.05,
                0.1,
                {SNARE: 1},
                {0.5: 4, 1.0: 1},
                0.3,
                0.35,
                0.0,
                0.006,
                0.0,
                False,
                0.4,
            ),
            {"eighths": 4, "locked": 2},
            {"pulsed": 0.7, "strummed": 2.5, "sparse": 2, "early": 0.8, "pushed": 1.5, "stabbed": 1},
            Taste(0.45, 0.4, 0.65, 0.3),
            centre=55.0,
        )
    ),
    drift=0.007,
    weight=1.2,
)
ACOUSTIC = Style(
    "acoustic",
    "pop",
    (62, 98, 140),
    {"4/4": 8.0, "3/4": 2.0, "6/8": 1.5, "2/4": 0.4, "5/4": 0.2},
    {"major": 5, "minor": 2, "mixolydian": 1.2, "dorian": 1, "lydian": 0.5},
    (
        Seat("drums", Role.DRUMS, {"brushes": 2, "room drums": 1.5, "drums": 1}, 0.55, 0.5, -3.0),
        Seat("bass", Role.BASS, {"double bass": 2, "bass": 2, "fretless bass": 0.7}, 0.85, 0.4, -1.0),
        Seat(
            "chords",
            Role.HARMONY,
            {"acoustic guitar": 5, "nylon guitar": 2.5, "banjo": 0.5, "piano": 1},
            1.0,
            0.0,
            1.0,
            -0.2,
        ),
        Seat("pad", Role.HARMONY, {"accordion": 1, "slow strings": 1.5, "organ": 1}, 0.4, 0.6, -7.0),
        Seat("hook", Role.MELODY, {"singer": 4, "violin": 1, "flute": 1, "harmonica": 1, "whistle": 0.7, "piano": 0.4}),
        Seat(
            "answer",
            Role.MELODY,
            {"violin": 1, "clarinet": 0.7, "glockenspiel": 1, "nylon guitar": 1, "kalimba": 0.7},
            0.5,
            0.5,
            -5.0,
            0.3,
        ),
    ),
    song,
    _harmony(0.25),
    band(
        Arrangement(
            Drummer(
                "9011203500112035",
                (0, 2),
                0.15,
                0.1,
                {SNARE: 2, RIM: 2},
                {0.5: 3, 0.25: 1, 1.0: 0.5},
                0.4,
                0.1,
                0.0,
                0.009,
            ),
            {"locked": 2, "long": 2},
            {"broken": 3.5, "strummed": 3, "pushed": 0.5},
            Taste(0.5, 0.3, 0.5, 0.25),
        )
    ),
    drift=0.012,
    weight=1.0,
    swing=(0.5, 0.56),
)
STYLES = (DANCE, SYNTH, BAND, BALLAD, LATIN, ROCK, ACOUSTIC)
