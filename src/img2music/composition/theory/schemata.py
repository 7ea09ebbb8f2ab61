"""Schemata: what eighteenth-century composers knew by heart, outer voices and harmony together.

Each is a row of (Roman numeral, degree of the soprano from 1 to 7); the bass follows from the numeral. After Robert
Gjerdingen, Music in the Galant Style (2007), and the thoroughbass schools; the romantic ones from common practice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Schema:
    """A row of (numeral, degree of the soprano). `modes`: "both", "major" or "minor"."""

    name: str
    events: tuple[tuple[str, int], ...]
    weight: float = 1.0
    tension: float = 0.3
    modes: str = "both"


def _schemata(*rows: tuple[str, str, float, float, str]) -> tuple[Schema, ...]:
    found = []
    for name, text, weight, tension, modes in rows:
        events = tuple((word.partition(":")[0], int(word.partition(":")[2])) for word in text.split())
        found.append(Schema(name, events, weight, tension, modes))
    return tuple(found)


OPENINGS = _schemata(
    ("do-re-mi", "I:1 V6:2 I:3", 3, 0.1, "both"),
    ("do-re-mi in four", "I:1 V43:2 I6:3 IV:4", 1, 0.2, "both"),
    ("meyer", "I:1 V43:7 V65:4 I:3", 2.5, 0.2, "both"),
    ("jupiter", "I:1 V43:2 V65:4 I:3", 2, 0.2, "both"),
    ("sol-fa-mi", "I:5 V43:4 V65:4 I:3", 2.5, 0.2, "both"),
    ("pastorella", "I:3 V43:2 V7:4 I:3", 1.5, 0.1, "both"),
    ("aprile", "I:1 V7:7 V7:2 I:1", 1.5, 0.1, "both"),
    ("romanesca", "I:5 V6:5 VI:1 I6:1", 1.5, 0.3, "both"),
    ("falling romanesca", "I:3 V6:2 VI:1 III6:7", 1.5, 0.3, "both"),
    ("leaping romanesca", "I:3 V:2 VI:1 III:7", 1.2, 0.3, "both"),
    ("tonic pedal", "I:3 IV64:4 V7:4 I:3", 1, 0.2, "both"),
    ("rising sixth", "I:3 II65:4 V7:4 I:5", 1, 0.3, "both"),
    ("arched", "I:5 IV:6 I6:5 V43:4", 1.2, 0.2, "both"),
    ("triadic", "I:1 I6:3 IV:6 I:5", 1.2, 0.1, "both"),
    ("plagal", "I:5 IV64:6 I:5 V:2", 1, 0.1, "both"),
    ("lament", "I:1 v6:7 IV6:6 V:5", 1.5, 0.5, "minor"),
    ("minor question", "I:3 V6:2 I:1 VII/V:1", 1, 0.6, "minor"),
)
ROMANTIC_OPENINGS = _schemata(
    ("sighing sixth", "I:5 VI:3 II65:4 V7:4", 2, 0.3, "both"),
    ("mediant turn", "I:5 III:5 IV:6 IVm:6", 2, 0.6, "major"),
    ("applied chain", "I:3 V65/II:3 II:4 V7:4", 2, 0.5, "major"),
    ("long tonic", "I:5 I:3 V7:4 I:3", 1.5, 0.1, "both"),
    ("deep pedal", "I:5 IV64:6 IVm64:6 I:5", 1, 0.6, "major"),
    ("chromatic fall", "I:1 V65:7 V42/IV:7 IV6:6", 2, 0.6, "major"),
    ("flat sixth", "I:3 bVI:3 IV:4 V7:4", 1.2, 0.8, "major"),
    ("rising thirds", "I:1 VI:3 IV:6 II6:6", 1.5, 0.3, "both"),
    ("neapolitan", "I:5 VI:3 bII6:4 V7:4", 1.5, 0.8, "minor"),
    ("minor lyric", "I:5 IV6:4 II65:4 V:5", 2, 0.5, "minor"),
    ("relative light", "I:5 bVII:4 bIII:3 IV:6", 1.5, 0.4, "minor"),
    ("do-re-mi", "I:1 V6:2 I:3", 1, 0.1, "both"),
    ("romanesca", "I:5 V6:5 VI:1 I6:1", 1, 0.3, "both"),
)
CONTINUATIONS = _schemata(
    ("prinner", "IV:6 I6:5 VII6:4 I:3", 3, 0.2, "both"),
    ("fonte", "V65/II:5 II:4 V65:4 I:3", 2.5, 0.5, "major"),
    ("monte", "V65/IV:7 IV:6 V65/V:1 V:7", 2.5, 0.5, "major"),
    ("fonte in minor", "V65/IV:1 IV:1 V65/III:7 III:7", 2, 0.5, "minor"),
    ("falling fifths", "IV:6 vii7:6 III:5 VI7:5 II:4 V7:4", 2, 0.5, "both"),
    ("parallel sixths", "IV6:4 III6:3 II6:2 I6:1", 1, 0.2, "both"),
    ("ponte", "V:2 V7:4 V:5 V7:4", 1.5, 0.3, "both"),
    ("indugio", "II6:2 II65:4 II6:6 V65/V:1", 1.5, 0.4, "both"),
    ("passo indietro", "V42:4 I6:3 V43:2 I:1", 1.5, 0.2, "both"),
    ("chromatic passus", "I:1 V65/IV:1 IV:1 IVm:6", 1, 0.8, "major"),
    ("diminished climb", "V43:2 VII7/II:3 II:4 VII7/V:6", 1, 0.9, "major"),
    ("applied fifths", "V7/VI:3 V7/II:3 V7/V:2 V7:2", 1, 0.8, "major"),
    ("neapolitan turn", "VI:1 V65/IV:1 IV:1 bII6:4", 1, 0.8, "minor"),
)
CADENCES = {
    "authentic": _schemata(
        ("simple", "II6:4 V7:2 I:1", 2, 0.2, "both"),
        ("compound", "II6:4 I64:3 V7:2 I:1", 3, 0.3, "both"),
        ("compound with seventh", "IV:4 I64:3 V7:2 I:1", 2, 0.3, "both"),
        ("cudworth", "II65:4 V7:7 I:1", 1.5, 0.3, "both"),
        ("from the leading tone", "IV:6 V7:7 I:1", 1.5, 0.2, "both"),
        ("grand", "I6:3 II65:2 V7:7 I:1", 1.5, 0.3, "both"),
        ("applied", "V65/V:1 I64:1 V7:7 I:1", 1, 0.6, "both"),
        ("neapolitan", "bII6:4 I64:3 V7:2 I:1", 1, 0.8, "minor"),
        ("augmented", "Ger:1 I64:1 V7:7 I:1", 1, 0.9, "both"),
    ),
    "imperfect": _schemata(
        ("imperfect", "II6:4 V7:4 I:3", 2, 0.2, "both"),
        ("from above", "IV:6 V7:5 I:5", 1, 0.2, "both"),
        ("inverted", "II:4 V43:4 I6:3", 1, 0.2, "both"),
    ),
    "half": _schemata(
        ("plain", "I6:3 II6:4 V:2", 2, 0.2, "both"),
        ("converging", "I6:3 IV:4 V65/V:1 V:7", 2, 0.5, "both"),
        ("subdominant", "IV:1 V:7", 2, 0.1, "both"),
        ("phrygian", "IV6:4 V:5", 2, 0.4, "minor"),
        ("diminished", "VI:1 VII7/V:1 V:7", 1, 0.8, "both"),
        ("augmented", "Ger:1 V:7", 0.8, 0.9, "both"),
    ),
    "deceptive": _schemata(
        ("deceptive", "II6:4 V7:7 VI:1", 2, 0.4, "both"),
        ("deceptive compound", "IV:4 I64:3 V7:2 VI:1", 2, 0.5, "both"),
    ),
    "plagal": _schemata(
        ("plagal", "I:1 IV64:1 I:1", 1, 0.1, "both"),
        ("minor plagal", "I:3 II65:2 I:1", 1, 0.5, "both"),
    ),
}


def fitting(schemata: tuple[Schema, ...], minor: bool, tension: float) -> Mapping[Schema, float]:
    """Those that fit the mode, weighted by how near they are to the tension that is wanted."""
    kept = [s for s in schemata if s.modes == "both" or (s.modes == "minor") == minor]
    return {s: s.weight * max(1 - abs(s.tension - tension), 0.05) ** 2 for s in kept}
