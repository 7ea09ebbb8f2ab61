"""The instruments that scores can be for: General MIDI programs and ranges as players use them, and a few synths."""

from __future__ import annotations

from collections.abc import Sequence

from img2music.composition.score import Instrument, Role
from img2music.errors import OptionError
from img2music.genres import plain_name

M, H, B, D, V = Role.MELODY, Role.HARMONY, Role.BASS, Role.DRUMS, Role.VOICE

# name: program, lowest and highest pitch, roles, brightness
_PITCHED: dict[str, tuple[int, int, int, tuple[Role, ...], float]] = {
    "piano": (0, 28, 103, (H, M, B), 0.55),
    "bright piano": (1, 33, 103, (H, M, B), 0.7),
    "electric grand": (2, 33, 100, (H, M, B), 0.6),
    "honky-tonk piano": (3, 33, 100, (H, M, B), 0.7),
    "electric piano": (4, 33, 96, (H, M, B), 0.35),
    "fm piano": (5, 33, 96, (H, M, B), 0.55),
    "harpsichord": (6, 29, 89, (H, M, B), 0.8),
    "clavinet": (7, 36, 88, (H, M), 0.75),
    "celesta": (8, 60, 108, (M, H), 0.85),
    "glockenspiel": (9, 72, 108, (M,), 0.95),
    "music box": (10, 60, 100, (M, H), 0.9),
    "vibraphone": (11, 53, 89, (M, H), 0.6),
    "marimba": (12, 48, 96, (M, H), 0.5),
    "xylophone": (13, 65, 100, (M,), 0.85),
    "organ": (16, 36, 96, (H, M, B), 0.5),
    "rock organ": (18, 36, 96, (H, M), 0.6),
    "church organ": (19, 36, 96, (H, M, B), 0.6),
    "accordion": (21, 53, 89, (H, M), 0.65),
    "harmonica": (22, 60, 84, (M,), 0.7),
    "nylon guitar": (24, 40, 83, (H, M, B), 0.4),
    "acoustic guitar": (25, 40, 84, (H, M, B), 0.6),
    "jazz guitar": (26, 40, 84, (H, M), 0.3),
    "electric guitar": (27, 40, 86, (H, M), 0.6),
    "muted guitar": (28, 40, 84, (H, M), 0.5),
    "overdriven guitar": (29, 40, 88, (H, M), 0.7),
    "distorted guitar": (30, 40, 88, (H, M), 0.75),
    "double bass": (32, 28, 62, (B, M), 0.25),
    "bass": (33, 28, 64, (B, M), 0.4),
    "picked bass": (34, 28, 64, (B,), 0.55),
    "fretless bass": (35, 28, 64, (B, M), 0.3),
    "slap bass": (36, 28, 64, (B,), 0.7),
    "synth bass": (38, 24, 62, (B,), 0.5),
    "warm synth bass": (39, 24, 62, (B,), 0.35),
    "violin": (40, 55, 100, (M, H), 0.75),
    "viola": (41, 48, 88, (H, M), 0.5),
    "cello": (42, 36, 76, (B, M, H), 0.4),
    "contrabass": (43, 28, 60, (B,), 0.2),
    "tremolo strings": (44, 40, 96, (H,), 0.6),
    "pizzicato strings": (45, 40, 96, (H, M, B), 0.5),
    "harp": (46, 36, 96, (H, M), 0.55),
    "timpani": (47, 36, 57, (B,), 0.2),
    "strings": (48, 36, 96, (H, M), 0.55),
    "slow strings": (49, 36, 96, (H, M), 0.45),
    "synth strings": (50, 36, 96, (H, M), 0.5),
    "choir": (52, 45, 81, (H, M), 0.4),
    "voice oohs": (53, 50, 81, (M, H), 0.35),
    "synth voice": (54, 50, 84, (M, H), 0.45),
    "trumpet": (56, 55, 84, (M, H), 0.8),
    "trombone": (57, 40, 72, (M, H, B), 0.5),
    "tuba": (58, 28, 58, (B,), 0.2),
    "muted trumpet": (59, 55, 84, (M,), 0.7),
    "french horn": (60, 41, 77, (H, M), 0.4),
    "brass": (61, 45, 84, (H, M), 0.75),
    "synth brass": (62, 40, 88, (H, M), 0.7),
    "soprano sax": (64, 56, 87, (M,), 0.7),
    "alto sax": (65, 49, 80, (M, H), 0.6),
    "tenor sax": (66, 44, 75, (M, H), 0.45),
    "baritone sax": (67, 36, 68, (B, H, M), 0.35),
    "oboe": (68, 58, 88, (M, H), 0.7),
    "english horn": (69, 52, 81, (M, H), 0.55),
    "bassoon": (70, 34, 70, (B, H, M), 0.35),
    "clarinet": (71, 50, 89, (M, H), 0.45),
    "piccolo": (72, 74, 106, (M,), 0.95),
    "flute": (73, 60, 96, (M, H), 0.7),
    "recorder": (74, 60, 91, (M, H), 0.6),
    "pan flute": (75, 60, 88, (M,), 0.5),
    "whistle": (78, 67, 96, (M,), 0.75),
    "square lead": (80, 48, 96, (M,), 0.75),
    "saw lead": (81, 48, 96, (M, H), 0.85),
    "fifths lead": (86, 40, 88, (M,), 0.8),
    "bass lead": (87, 24, 72, (B, M), 0.6),
    "bells pad": (88, 36, 96, (H, M), 0.7),
    "warm pad": (89, 36, 96, (H,), 0.3),
    "polysynth": (90, 36, 96, (H, M), 0.7),
    "space voice": (91, 40, 90, (H, M), 0.4),
    "sweep pad": (95, 36, 96, (H,), 0.5),
    "sitar": (104, 48, 84, (M,), 0.7),
    "banjo": (105, 48, 86, (H, M), 0.75),
    "kalimba": (108, 53, 89, (M, H), 0.6),
    "steel drums": (114, 52, 84, (M,), 0.7),
}
_KITS = {
    "drums": 0,
    "room drums": 8,
    "power drums": 16,
    "electronic drums": 24,
    "808 drums": 25,
    "jazz drums": 32,
    "brushes": 40,
    "orchestral percussion": 48,
}
# name: synth, stand-in program, range, roles, brightness
_SYNTHS: dict[str, tuple[str, int, int, int, tuple[Role, ...], float]] = {
    "808 bass": ("sub", 39, 24, 55, (B,), 0.15),
    "supersaw": ("saws", 90, 40, 96, (H, M), 0.8),
    "synth pluck": ("pluck", 84, 48, 96, (M, H), 0.75),
    "synth lead": ("lead", 81, 48, 96, (M,), 0.75),
    "rapper": ("rap", 85, 38, 65, (V,), 0.4),
    "singer": ("sing", 54, 52, 81, (V, M), 0.5),
    "scratches": ("scratch", 120, 48, 72, (V,), 0.6),
    "riser": ("riser", 119, 48, 72, (V,), 0.6),
}
_SYNTH_KITS = {"drum machine": 25, "vinyl drums": 8}

_ELECTRONIC = (38, 39, 50, 54, 62, 63, *range(80, 104))
"""Programs of synthesisers."""
_ELECTRONIC_KITS = (24, 25)
_VOICES = ("rap", "sing")

INSTRUMENTS: dict[str, Instrument] = (
    {
        name: Instrument(name, program, low, high, False, "", roles, brightness)
        for name, (program, low, high, roles, brightness) in _PITCHED.items()
    }
    | {name: Instrument(name, program, 27, 87, True, "", (D,), 0.5) for name, program in _KITS.items()}
    | {name: Instrument(name, program, 27, 87, True, "kit", (D,), 0.5) for name, program in _SYNTH_KITS.items()}
    | {
        name: Instrument(name, program, low, high, False, synth, roles, brightness)
        for name, (synth, program, low, high, roles, brightness) in _SYNTHS.items()
    }
)
"""All instruments by name."""
_ALIASES = {
    "acoustic bass": "double bass",
    "upright bass": "double bass",
    "electric bass": "bass",
    "bass guitar": "bass",
    "rhodes": "electric piano",
    "guitar": "acoustic guitar",
    "sax": "tenor sax",
    "saxophone": "tenor sax",
    "tenor saxophone": "tenor sax",
    "alto saxophone": "alto sax",
    "horn": "french horn",
    "808": "808 bass",
    "voice": "singer",
    "vocals": "singer",
    "rap": "rapper",
    "kit": "drums",
    "drum kit": "drums",
    "percussion": "drums",
    "grand piano": "piano",
    "string ensemble": "strings",
    "vibes": "vibraphone",
    "synth": "polysynth",
    "pad": "warm pad",
    "lead": "synth lead",
}
_BY_PLAIN_NAME = {plain_name(name): name for name in INSTRUMENTS} | {
    plain_name(alias): name for alias, name in _ALIASES.items()
}


def is_electronic(instrument: Instrument) -> bool:
    """Whether nobody blows, strikes, plucks or bows it, nor sings."""
    if instrument.drums:
        return instrument.program in _ELECTRONIC_KITS
    return instrument.program in _ELECTRONIC and instrument.synth not in _VOICES


def plays_chords(instrument: Instrument) -> bool:
    """Whether it plays several notes at a time: keyboards, guitars, harps, groups of strings and voices, pads."""
    program = instrument.program
    several = program < 32 or (44 <= program <= 55 and program != 47) or 88 <= program <= 96
    return several and not instrument.drums and Role.VOICE not in instrument.roles


def find_instrument(name: str) -> Instrument:
    """The instrument that is meant by `name`, whatever its case, spaces and hyphens. Raises `OptionError`."""
    found = _BY_PLAIN_NAME.get(plain_name(name))
    if found is None:
        raise OptionError(f"There is no instrument '{name}'; there are {', '.join(INSTRUMENTS)}.")
    return INSTRUMENTS[found]


def find_instruments(names: Sequence[str]) -> tuple[Instrument, ...]:
    """As `find_instrument`, each once. Raises `OptionError` when there is none or there are too many."""
    found = tuple(dict.fromkeys(find_instrument(name) for name in names))
    if not 1 <= len(found) <= MOST:
        raise OptionError(f"{len(found)} instruments are asked for; name 1 to {MOST}.")
    return found


MOST = 15
"""Instruments at once: as many as MIDI has channels beside the drums'."""
