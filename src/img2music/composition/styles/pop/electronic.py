"""Pop made with machines: dance, synth pop, latin."""

from __future__ import annotations

from img2music.composition.brief import Feeling
from img2music.composition.form.songs import club, song
from img2music.composition.rhythm.grooves import CLAP, RIM, SNARE, Drummer
from img2music.composition.score import Role
from img2music.composition.style import Seat, Style
from img2music.composition.styles.band import Arrangement, band
from img2music.composition.styles.pop.loops import LOOPS
from img2music.composition.styles.tunes import Taste
from img2music.composition.theory.songs import harmony_of

_MACHINES = {"drum machine": 3.0, "electronic drums": 1.5, "808 drums": 1.0}

DANCE = Style(
    "dance",
    "pop",
    tempo=(102, 123, 142),
    metres={"4/4": 1.0},
    modes={"minor": 4, "major": 3, "dorian": 1.5, "phrygian": 0.3, "mixolydian": 0.6},
    seats=(
        Seat("drums", Role.DRUMS, {"drum machine": 3, "electronic drums": 1.5}, enters=0.32, level=1.0),
        Seat("bass", Role.BASS, {"synth bass": 3, "warm synth bass": 2, "bass lead": 1}),
        Seat(
            "chords",
            Role.HARMONY,
            {"piano": 2, "supersaw": 3, "polysynth": 2, "organ": 1, "electric piano": 1},
            level=-2.0,
        ),
        Seat(
            "pad",
            Role.HARMONY,
            {"synth strings": 2, "sweep pad": 1, "warm pad": 1, "strings": 1},
            chance=0.39,
            enters=0.3,
            level=-7.0,
        ),
        Seat(
            "hook",
            Role.MELODY,
            {"singer": 4, "synth lead": 2, "synth pluck": 2, "synth voice": 1, "marimba": 0.6, "flute": 0.5},
        ),
        Seat(
            "arpeggio",
            Role.HARMONY,
            {"synth pluck": 3, "polysynth": 1, "bells pad": 1},
            chance=0.45,
            enters=0.55,
            level=-7.0,
            pan=0.35,
        ),
        Seat("double", Role.MELODY, {"saw lead": 1, "supersaw": 1}, chance=0.3, enters=0.85, level=-8.0, pan=-0.2),
        Seat("riser", Role.VOICE, {"riser": 1}, chance=0.7, level=-8.0),
    ),
    form=club,
    harmonise=harmony_of(LOOPS, richness=0.15),
    write=band(
        Arrangement(
            drummer=Drummer(
                kicks="9011301290113012",
                extra=(1, 2),
                four=0.85,
                snares={CLAP: 2, SNARE: 1},
                hats={0.5: 2, 0.25: 1},
                ghosts=0.1,
                opens=0.5,
                rolls=0.02,
                jitter=0.001,
            ),
            bass={"off beats": 3, "eighths": 2, "locked": 1.5, "riff": 1},
            chords={"stabbed": 4, "off beat": 1.2, "sparse": 1.5, "early": 1, "held": 0.6, "pulsed": 0.6, "broken": 1},
            taste=Taste(density=0.5, syncopation=0.6, pentatonic=0.55, scoops=0.15, legato=0.85),
        )
    ),
    weight=2.0,
    usual=Feeling(energy=0.95, warmth=0.1),
)

SYNTH = Style(
    "synth",
    "pop",
    tempo=(86, 110, 136),
    metres={"4/4": 10.0, "6/8": 0.4, "3/4": 0.3},
    modes={"minor": 3, "major": 3, "mixolydian": 1, "dorian": 1.5, "lydian": 0.7},
    seats=(
        Seat("drums", Role.DRUMS, _MACHINES, enters=0.32, level=0.5),
        Seat("bass", Role.BASS, {"synth bass": 3, "bass lead": 1.5, "warm synth bass": 1.5}),
        Seat("chords", Role.HARMONY, {"polysynth": 3, "supersaw": 2, "synth brass": 2, "fm piano": 2}, level=-2.5),
        Seat(
            "arpeggio",
            Role.HARMONY,
            {"synth pluck": 3, "bells pad": 1.5, "polysynth": 1},
            chance=0.65,
            enters=0.35,
            level=-6.0,
            pan=0.3,
        ),
        Seat(
            "pad",
            Role.HARMONY,
            {"synth strings": 3, "space voice": 1, "warm pad": 1.5},
            chance=0.45,
            enters=0.3,
            level=-7.0,
        ),
        Seat(
            "hook", Role.MELODY, {"singer": 3, "synth lead": 2, "square lead": 1.5, "synth voice": 1, "saw lead": 0.8}
        ),
        Seat(
            "answer",
            Role.MELODY,
            {"bells pad": 1, "glockenspiel": 0.6, "synth pluck": 1},
            chance=0.3,
            enters=0.6,
            level=-6.0,
            pan=-0.35,
        ),
        Seat("riser", Role.VOICE, {"riser": 1}, chance=0.25, level=-10.0),
    ),
    form=song,
    harmonise=harmony_of(LOOPS, richness=0.2),
    write=band(
        Arrangement(
            drummer=Drummer(
                kicks="9012302370123023",
                extra=(1, 3),
                four=0.3,
                snares={SNARE: 3, CLAP: 1},
                hats={0.5: 3, 0.25: 1.3},
                ghosts=0.1,
                opens=0.3,
                jitter=0.001,
            ),
            bass={"eighths": 3, "locked": 2, "riff": 1, "off beats": 0.6},
            chords={"held": 1, "sparse": 1.5, "early": 1, "stabbed": 2, "pulsed": 0.6, "pushed": 1.2},
            taste=Taste(density=0.45, syncopation=0.45, pentatonic=0.4, scoops=0.15),
        )
    ),
    weight=1.5,
    usual=Feeling(energy=0.65, warmth=0.15),
)

LATIN = Style(
    "latin",
    "pop",
    tempo=(72, 96, 130),
    metres={"4/4": 1.0},
    modes={"minor": 4, "major": 2, "dorian": 1, "phrygian": 0.8, "mixolydian": 0.4},
    seats=(
        Seat("drums", Role.DRUMS, {"drum machine": 2, "808 drums": 1, "electronic drums": 1}, enters=0.32, level=1.0),
        Seat("bass", Role.BASS, {"warm synth bass": 2, "bass": 2, "808 bass": 1.5}),
        Seat(
            "chords",
            Role.HARMONY,
            {"nylon guitar": 3, "electric piano": 1.5, "synth pluck": 1.5, "piano": 1.5},
            level=-2.0,
        ),
        Seat(
            "pad", Role.HARMONY, {"warm pad": 1, "synth strings": 1, "strings": 1}, chance=0.29, enters=0.5, level=-8.0
        ),
        Seat("hook", Role.MELODY, {"singer": 4, "trumpet": 1, "flute": 1, "synth lead": 1, "marimba": 1}),
        Seat(
            "answer",
            Role.MELODY,
            {"brass": 2, "nylon guitar": 1.5, "steel drums": 0.7, "trumpet": 1},
            chance=0.5,
            enters=0.5,
            level=-4.0,
            pan=0.3,
        ),
    ),
    form=song,
    harmonise=harmony_of(LOOPS, richness=0.2),
    write=band(
        Arrangement(
            drummer=Drummer(
                kicks="9001300490013004",
                extra=(1, 2),
                four=0.6,
                snares={SNARE: 2, RIM: 1, CLAP: 0.7},
                hats={0.5: 2, 0.25: 2},
                ghosts=0.2,
                opens=0.3,
                jitter=0.002,
                dembow=True,
            ),
            bass={"tumbao": 3, "locked": 2, "long": 0.5},
            chords={"stabbed": 3, "broken": 2, "off beat": 0.8, "sparse": 1.2, "backbeat": 0.6, "strummed": 1},
            taste=Taste(density=0.55, syncopation=0.65, pentatonic=0.35, scoops=0.2, legato=0.85),
        )
    ),
    weight=0.9,
    usual=Feeling(energy=0.6, warmth=0.6),
)
