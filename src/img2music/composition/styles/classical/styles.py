"""The styles of classical music: who plays, how fast, in which metres, modes and forms."""

from __future__ import annotations

from img2music.composition.brief import Feeling
from img2music.composition.score import Role
from img2music.composition.style import Seat, Style
from img2music.composition.styles.classical import form
from img2music.composition.styles.classical.characters import CHARACTERS
from img2music.composition.styles.classical.counterpoint.polyphony import write as write_polyphony
from img2music.composition.styles.classical.harmony import harmonise
from img2music.composition.styles.classical.homophony.write import write

_MODES = {"major": 5, "minor": 4, "dorian": 0.3, "lydian": 0.2}

STYLES = (
    Style(
        "chamber",
        "classical",
        (56, 108, 168),
        {"4/4": 4, "3/4": 2, "2/4": 2, "6/8": 1.5},
        _MODES,
        (
            Seat("first", Role.MELODY, {"violin": 5, "flute": 2, "oboe": 2, "clarinet": 2}, pan=-0.3),
            Seat("partner", Role.MELODY, {"violin": 2, "flute": 2, "clarinet": 2, "oboe": 1}, 0.4, 0.0, 0, 0.1),
            Seat("second", Role.HARMONY, {"violin": 5, "clarinet": 1.5, "english horn": 1}, pan=-0.1, level=-2),
            Seat("third", Role.HARMONY, {"viola": 5, "french horn": 1.5}, pan=0.15, level=-2),
            Seat("bass", Role.BASS, {"cello": 5, "bassoon": 2}, pan=0.3),
        ),
        form.period,
        harmonise,
        write,
        1.2,
        drift=0.022,
        usual=Feeling(energy=0.5, warmth=0.6),
    ),
    Style(
        "piano",
        "classical",
        (54, 116, 176),
        {"4/4": 4, "2/4": 2, "3/4": 2, "6/8": 2},
        _MODES,
        (
            Seat("right hand", Role.MELODY, {"piano": 1}, level=1),
            Seat("left hand", Role.HARMONY, {"piano": 1}, level=-2),
        ),
        form.period,
        harmonise,
        write,
        1.3,
        drift=0.03,
        usual=Feeling(energy=0.5, warmth=0.35),
    ),
    Style(
        "orchestral",
        "classical",
        (52, 96, 160),
        {"4/4": 4, "3/4": 2, "2/4": 1, "6/8": 1},
        _MODES,
        (
            Seat(
                "tune", Role.MELODY, {"violin": 1, "strings": 3, "flute": 2, "oboe": 2, "clarinet": 1, "trumpet": 0.7}
            ),
            Seat("winds", Role.MELODY, {"flute": 3, "oboe": 2, "clarinet": 2, "piccolo": 0.6}, 0.75, 0.45, -2, 0.2),
            Seat(
                "strings", Role.HARMONY, {"strings": 3, "slow strings": 1, "tremolo strings": 0.4}, level=-3, pan=-0.2
            ),
            Seat("horns", Role.HARMONY, {"french horn": 3, "trombone": 1}, 0.8, 0.4, -4, 0.3),
            Seat("harp", Role.HARMONY, {"harp": 2, "celesta": 0.4}, 0.3, 0.0, -4, -0.4),
            Seat("bass", Role.BASS, {"contrabass": 2, "cello": 3}, level=-1, pan=0.3),
            Seat("timpani", Role.BASS, {"timpani": 1}, 0.6, 0.5, -4),
        ),
        form.ternary,
        harmonise,
        write,
        1.1,
        drift=0.02,
        usual=Feeling(energy=0.75, warmth=0.7),
    ),
    Style(
        "waltz",
        "classical",
        (108, 160, 210),
        {"3/4": 1},
        _MODES,
        (
            Seat("tune", Role.MELODY, {"piano": 3, "violin": 2, "strings": 2, "flute": 1, "clarinet": 1}, level=1),
            Seat("accompaniment", Role.HARMONY, {"piano": 4, "strings": 2, "harp": 0.7}, level=-2),
            Seat("bass", Role.BASS, {"cello": 2, "contrabass": 2}, 0.35, level=-2),
        ),
        form.dance,
        harmonise,
        write,
        0.9,
        drift=0.036,
        usual=Feeling(energy=0.6, warmth=0.6),
    ),
    Style(
        "nocturne",
        "classical",
        (44, 66, 104),
        {"4/4": 3, "6/8": 2, "3/4": 1.5, "12/8": 1},
        {"major": 4, "minor": 4},
        (
            Seat("tune", Role.MELODY, {"piano": 5, "cello": 1, "violin": 1, "clarinet": 1, "flute": 1}, level=2),
            Seat("accompaniment", Role.HARMONY, {"piano": 5, "harp": 1, "nylon guitar": 0.7}, level=-2),
        ),
        form.ternary,
        harmonise,
        write,
        drift=0.045,
        usual=Feeling(energy=0.15, warmth=0.55),
    ),
    Style(
        "variations",
        "classical",
        (60, 104, 160),
        {"4/4": 3, "3/4": 2, "2/4": 2, "6/8": 1},
        _MODES,
        (
            Seat("tune", Role.MELODY, {"piano": 3, "violin": 2, "flute": 1, "clarinet": 1, "nylon guitar": 1}, level=1),
            Seat("accompaniment", Role.HARMONY, {"piano": 4, "harpsichord": 1, "nylon guitar": 1}, level=-2),
            Seat("bass", Role.BASS, {"cello": 1}, 0.3, level=-2),
        ),
        form.variations,
        harmonise,
        write,
        0.8,
        drift=0.028,
        usual=Feeling(energy=0.5, warmth=0.45),
    ),
    Style(
        "minuet",
        "classical",
        (92, 126, 156),
        {"3/4": 1},
        {"major": 3, "minor": 2},
        (
            Seat("tune", Role.MELODY, {"violin": 2, "oboe": 1.5, "flute": 1.5, "harpsichord": 1, "piano": 1}, level=1),
            Seat(
                "accompaniment",
                Role.HARMONY,
                {"harpsichord": 3, "piano": 1.5, "strings": 2, "nylon guitar": 1},
                level=-3,
            ),
            Seat("bass", Role.BASS, {"cello": 3, "bassoon": 1}, 0.8, level=-1),
        ),
        form.dance,
        harmonise,
        write,
        0.7,
        drift=0.022,
        usual=Feeling(energy=0.5, warmth=0.45),
    ),
    Style(
        "baroque",
        "classical",
        (66, 96, 132),
        {"4/4": 5, "3/4": 2, "2/4": 1, "6/8": 0.7},
        {"major": 4, "minor": 5, "dorian": 0.7},
        (
            Seat(
                "soprano",
                Role.MELODY,
                {"harpsichord": 3, "violin": 3, "flute": 1, "oboe": 2, "recorder": 1, "church organ": 1},
            ),
            Seat("alto", Role.MELODY, {"violin": 3, "oboe": 1, "viola": 1, "recorder": 1}, 0.5, 0.0, -1, 0.2),
            Seat("continuo", Role.HARMONY, {"harpsichord": 4, "church organ": 1.5}, 1.0, 0.0, -2, -0.2),
            Seat("bass", Role.BASS, {"cello": 4, "bassoon": 1}, 0.6, 0.0, -1, 0.3),
        ),
        form.invention,
        harmonise,
        write_polyphony,
        1.1,
        drift=0.016,
        closed=True,
        usual=Feeling(energy=0.55, warmth=0.25),
    ),
    *CHARACTERS,
)
