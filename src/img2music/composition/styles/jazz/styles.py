"""The styles of jazz: who plays, how fast, in which metres and modes."""

from __future__ import annotations

from img2music.composition.score import Role
from img2music.composition.style import Seat, Style
from img2music.composition.styles.jazz.form import form_of
from img2music.composition.styles.jazz.harmony import harmonise
from img2music.composition.styles.jazz.write import write

_HORNS = {
    "tenor sax": 4,
    "alto sax": 3,
    "trumpet": 2.5,
    "muted trumpet": 2,
    "piano": 3,
    "vibraphone": 1.5,
    "clarinet": 1.2,
    "jazz guitar": 2,
    "flute": 1,
    "trombone": 1,
    "soprano sax": 0.8,
}
_SECOND = {"trumpet": 2, "tenor sax": 2, "trombone": 1.5, "alto sax": 1.5}
_COMPING = {"piano": 6, "jazz guitar": 2, "electric piano": 0.8, "organ": 0.6, "vibraphone": 0.5}
_BASS = {"double bass": 1}


def _quartet(drums: dict[str, float], comping: dict[str, float] = _COMPING, second: float = 0.3) -> tuple[Seat, ...]:
    return (
        Seat("lead", Role.MELODY, _HORNS, level=2),
        Seat("second horn", Role.MELODY, _SECOND, second, 0.55, -1, 0.25),
        Seat("comping", Role.HARMONY, comping, 1.0, 0.0, -3, -0.3),
        Seat("bass", Role.BASS, _BASS, level=0),
        Seat("drums", Role.DRUMS, drums, 0.92, 0.0, -3, 0.1),
    )


STYLES = (
    Style(
        "swing",
        "jazz",
        (110, 160, 250),
        {"4/4": 1},
        {"major": 5, "minor": 4, "dorian": 0.5},
        _quartet({"jazz drums": 4, "brushes": 1}),
        form_of("swing"),
        harmonise,
        write,
        1.6,
        (0.56, 0.68),
        drift=0.01,
    ),
    Style(
        "blues",
        "jazz",
        (72, 126, 210),
        {"4/4": 8, "6/8": 0.7, "3/4": 0.7},
        {"major": 5, "minor": 3, "mixolydian": 1.5},
        _quartet({"jazz drums": 4, "brushes": 1}, {"piano": 5, "jazz guitar": 3, "organ": 2}),
        form_of("blues"),
        harmonise,
        write,
        1.1,
        (0.58, 0.68),
        drift=0.012,
    ),
    Style(
        "bossa",
        "jazz",
        (104, 134, 168),
        {"4/4": 1},
        {"major": 4, "minor": 3},
        (
            Seat(
                "lead",
                Role.MELODY,
                {"flute": 3, "tenor sax": 3, "nylon guitar": 1, "vibraphone": 1, "piano": 2},
                level=2,
            ),
            Seat("second horn", Role.MELODY, {"trombone": 1, "flute": 1}, 0.12, 0.6, -1, 0.25),
            Seat("comping", Role.HARMONY, {"nylon guitar": 5, "piano": 2.5, "electric piano": 1}, level=-2, pan=-0.3),
            Seat("bass", Role.BASS, _BASS),
            Seat("drums", Role.DRUMS, {"jazz drums": 3, "brushes": 1}, 0.9, level=-4, pan=0.1),
        ),
        form_of("bossa"),
        harmonise,
        write,
        1.0,
        drift=0.01,
    ),
    Style(
        "modal",
        "jazz",
        (84, 138, 220),
        {"4/4": 6, "3/4": 1.5, "5/4": 1, "6/8": 1},
        {"dorian": 5, "minor": 2, "mixolydian": 1.5, "lydian": 1, "phrygian": 0.7, "major": 0.5},
        _quartet({"jazz drums": 1}, {"piano": 5, "electric piano": 2, "vibraphone": 1}, 0.4),
        form_of("modal"),
        harmonise,
        write,
        0.9,
        (0.54, 0.64),
        drift=0.012,
    ),
    Style(
        "ballad",
        "jazz",
        (48, 66, 92),
        {"4/4": 6, "3/4": 1, "6/8": 0.5},
        {"major": 4, "minor": 3},
        _quartet({"brushes": 4, "jazz drums": 1}, {"piano": 6, "jazz guitar": 2, "electric piano": 1.5}, 0.1),
        form_of("ballad"),
        harmonise,
        write,
        1.0,
        (0.54, 0.62),
        drift=0.022,
    ),
    Style(
        "funk",
        "jazz",
        (82, 104, 128),
        {"4/4": 8, "7/8": 0.5, "5/4": 0.3},
        {"dorian": 4, "minor": 2, "mixolydian": 2, "major": 1.5},
        (
            Seat(
                "lead",
                Role.MELODY,
                {"alto sax": 3, "trumpet": 2, "tenor sax": 2, "electric piano": 2, "jazz guitar": 1},
                level=2,
            ),
            Seat("second horn", Role.MELODY, {"trumpet": 2, "trombone": 2, "tenor sax": 1}, 0.4, 0.55, -1, 0.25),
            Seat(
                "comping",
                Role.HARMONY,
                {"electric piano": 4, "clavinet": 2, "organ": 2, "electric guitar": 1.5},
                level=-3,
                pan=-0.3,
            ),
            Seat("bass", Role.BASS, {"bass": 4, "slap bass": 1.5, "picked bass": 1}),
            Seat("drums", Role.DRUMS, {"drums": 3, "jazz drums": 1, "room drums": 1}, level=-1),
        ),
        form_of("funk"),
        harmonise,
        write,
        0.8,
        (0.5, 0.58),
        0.25,
        drift=0.006,
    ),
    Style(
        "waltz",
        "jazz",
        (116, 152, 200),
        {"3/4": 1},
        {"major": 4, "minor": 3, "dorian": 1},
        _quartet({"jazz drums": 3, "brushes": 1}),
        form_of("waltz"),
        harmonise,
        write,
        0.7,
        (0.56, 0.66),
        drift=0.012,
    ),
)
