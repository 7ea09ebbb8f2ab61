"""Pop that a band plays: with guitars, as a ballad, as rock, unplugged."""

from __future__ import annotations

from img2music.composition.brief import Feeling
from img2music.composition.form.songs import song
from img2music.composition.rhythm.grooves import CLAP, RIM, SNARE, Drummer
from img2music.composition.score import Role
from img2music.composition.style import Seat, Style
from img2music.composition.styles.band import Arrangement, band
from img2music.composition.styles.pop.loops import LOOPS
from img2music.composition.styles.tunes import Taste
from img2music.composition.theory.songs import harmony_of

_KITS = {"drums": 3.0, "room drums": 2.0, "power drums": 1.5}

BAND = Style(
    "band",
    "pop",
    tempo=(78, 112, 146),
    metres={"4/4": 10.0, "6/8": 1.3, "3/4": 1.0, "12/8": 0.6, "5/4": 0.2, "7/8": 0.1},
    modes={"major": 5, "minor": 2, "mixolydian": 1.5, "dorian": 0.8, "lydian": 0.3},
    seats=(
        Seat("drums", Role.DRUMS, _KITS, enters=0.32, level=1.0),
        Seat("bass", Role.BASS, {"bass": 3, "picked bass": 2, "fretless bass": 0.4}),
        Seat(
            "chords",
            Role.HARMONY,
            {"acoustic guitar": 2, "electric guitar": 2, "piano": 2.5, "organ": 0.7},
            level=-2.0,
            pan=-0.3,
        ),
        Seat(
            "second chords",
            Role.HARMONY,
            {"piano": 2, "electric guitar": 2, "muted guitar": 2, "electric piano": 1},
            chance=0.5,
            enters=0.5,
            level=-6.0,
            pan=0.4,
        ),
        Seat("pad", Role.HARMONY, {"strings": 2, "organ": 1.5, "slow strings": 1}, chance=0.33, enters=0.6, level=-8.0),
        Seat("hook", Role.MELODY, {"singer": 5, "electric guitar": 1, "voice oohs": 1, "piano": 0.8, "trumpet": 0.3}),
        Seat(
            "answer",
            Role.MELODY,
            {"electric guitar": 2, "brass": 1, "alto sax": 0.7, "glockenspiel": 0.5},
            chance=0.45,
            enters=0.6,
            level=-5.0,
            pan=0.35,
        ),
    ),
    form=song,
    harmonise=harmony_of(LOOPS, richness=0.25),
    write=band(
        Arrangement(
            drummer=Drummer(
                kicks="9013302690133026",
                extra=(1, 3),
                four=0.05,
                half_time=0.05,
                snares={SNARE: 5, CLAP: 0.3},
                hats={0.5: 4, 0.25: 0.8, 1.0: 0.3},
                ghosts=0.45,
                opens=0.3,
                wash=0.3,
            ),
            bass={"locked": 4, "eighths": 2, "riff": 1},
            chords={
                "strummed": 3,
                "pulsed": 0.8,
                "sparse": 1.5,
                "early": 0.8,
                "pushed": 1.2,
                "broken": 1.5,
                "backbeat": 0.6,
            },
            taste=Taste(density=0.5, syncopation=0.4, pentatonic=0.4, scoops=0.25),
        )
    ),
    drift=0.008,
    weight=1.5,
    usual=Feeling(energy=0.6, warmth=0.6),
)

BALLAD = Style(
    "ballad",
    "pop",
    tempo=(54, 72, 96),
    metres={"4/4": 7.0, "6/8": 2.5, "12/8": 1.5, "3/4": 1.8},
    modes={"major": 5, "minor": 3, "lydian": 0.4, "dorian": 0.4, "mixolydian": 0.5},
    seats=(
        Seat("drums", Role.DRUMS, {"drums": 2, "room drums": 1, "brushes": 1}, chance=0.75, enters=0.5, level=-2.0),
        Seat("bass", Role.BASS, {"bass": 3, "fretless bass": 2, "double bass": 0.7}, chance=0.95, enters=0.35),
        Seat(
            "chords",
            Role.HARMONY,
            {"piano": 5, "electric piano": 2, "acoustic guitar": 1.5, "nylon guitar": 1},
            pan=-0.15,
        ),
        Seat(
            "pad",
            Role.HARMONY,
            {"strings": 3, "slow strings": 2, "warm pad": 1, "choir": 0.7},
            chance=0.52,
            enters=0.5,
            level=-6.0,
        ),
        Seat(
            "hook",
            Role.MELODY,
            {"singer": 4, "voice oohs": 1, "cello": 0.8, "flute": 0.6, "alto sax": 0.6, "violin": 0.6},
        ),
        Seat(
            "answer",
            Role.MELODY,
            {"oboe": 1, "electric guitar": 1, "french horn": 1, "violin": 1},
            chance=0.4,
            enters=0.6,
            level=-5.0,
            pan=0.3,
        ),
    ),
    form=song,
    harmonise=harmony_of(LOOPS, richness=0.35),
    write=band(
        Arrangement(
            drummer=Drummer(
                kicks="9001103500011035",
                extra=(0, 2),
                half_time=0.3,
                snares={SNARE: 3, RIM: 1},
                hats={0.5: 3, 0.25: 1, 1.0: 0.5},
                ghosts=0.3,
                opens=0.15,
                jitter=0.008,
            ),
            bass={"long": 3, "locked": 2},
            chords={"broken": 4.5, "pulsed": 0.8, "sparse": 1, "pushed": 0.7},
            taste=Taste(density=0.45, syncopation=0.3, pentatonic=0.35, scoops=0.35, legato=0.95),
        )
    ),
    drift=0.012,
    weight=1.0,
    usual=Feeling(energy=0.15, warmth=0.65),
)

ROCK = Style(
    "rock",
    "pop",
    tempo=(98, 132, 182),
    metres={"4/4": 10.0, "6/8": 0.5, "3/4": 0.2, "7/8": 0.15, "5/4": 0.15},
    modes={"major": 3, "minor": 3, "mixolydian": 2.5, "dorian": 1.5},
    seats=(
        Seat("drums", Role.DRUMS, {"power drums": 3, "drums": 2, "room drums": 1.5}, enters=0.32, level=1.0),
        Seat("bass", Role.BASS, {"picked bass": 3, "bass": 2}),
        Seat(
            "chords",
            Role.HARMONY,
            {"overdriven guitar": 3, "distorted guitar": 2, "electric guitar": 2},
            level=-3.0,
            pan=-0.4,
        ),
        Seat(
            "second chords",
            Role.HARMONY,
            {"electric guitar": 2, "muted guitar": 1.5, "rock organ": 1.5, "piano": 1},
            chance=0.6,
            enters=0.45,
            level=-6.0,
            pan=0.45,
        ),
        Seat("hook", Role.MELODY, {"singer": 4, "overdriven guitar": 1.2, "distorted guitar": 0.8, "rock organ": 0.3}),
        Seat(
            "answer",
            Role.MELODY,
            {"overdriven guitar": 2, "electric guitar": 1},
            chance=0.35,
            enters=0.8,
            level=-5.0,
            pan=0.3,
        ),
    ),
    form=song,
    harmonise=harmony_of(LOOPS, richness=0.05),
    write=band(
        Arrangement(
            drummer=Drummer(
                kicks="9014203790142037",
                extra=(1, 3),
                four=0.05,
                half_time=0.1,
                snares={SNARE: 1},
                hats={0.5: 4, 1.0: 1},
                ghosts=0.3,
                opens=0.35,
                jitter=0.006,
                ride=0.4,
                wash=0.5,
            ),
            bass={"eighths": 4, "locked": 2},
            chords={"pulsed": 0.7, "strummed": 2.5, "sparse": 2, "early": 0.8, "pushed": 1.5, "stabbed": 1},
            taste=Taste(density=0.45, syncopation=0.4, pentatonic=0.65, scoops=0.3),
            centre=55.0,
        )
    ),
    drift=0.007,
    weight=1.2,
    usual=Feeling(energy=0.9, warmth=0.45),
)

ACOUSTIC = Style(
    "acoustic",
    "pop",
    tempo=(62, 98, 140),
    metres={"4/4": 8.0, "3/4": 2.0, "6/8": 1.5, "2/4": 0.4, "5/4": 0.2},
    modes={"major": 5, "minor": 2, "mixolydian": 1.2, "dorian": 1, "lydian": 0.5},
    seats=(
        Seat("drums", Role.DRUMS, {"brushes": 2, "room drums": 1.5, "drums": 1}, chance=0.55, enters=0.5, level=-3.0),
        Seat(
            "bass", Role.BASS, {"double bass": 2, "bass": 2, "fretless bass": 0.7}, chance=0.85, enters=0.4, level=-1.0
        ),
        Seat(
            "chords",
            Role.HARMONY,
            {"acoustic guitar": 5, "nylon guitar": 2.5, "banjo": 0.5, "piano": 1},
            level=1.0,
            pan=-0.2,
        ),
        Seat(
            "pad", Role.HARMONY, {"accordion": 1, "slow strings": 1.5, "organ": 1}, chance=0.26, enters=0.6, level=-7.0
        ),
        Seat("hook", Role.MELODY, {"singer": 4, "violin": 1, "flute": 1, "harmonica": 1, "whistle": 0.7, "piano": 0.4}),
        Seat(
            "answer",
            Role.MELODY,
            {"violin": 1, "clarinet": 0.7, "glockenspiel": 1, "nylon guitar": 1, "kalimba": 0.7},
            chance=0.5,
            enters=0.5,
            level=-5.0,
            pan=0.3,
        ),
    ),
    form=song,
    harmonise=harmony_of(LOOPS, richness=0.25),
    write=band(
        Arrangement(
            drummer=Drummer(
                kicks="9011203500112035",
                extra=(0, 2),
                four=0.15,
                half_time=0.1,
                snares={SNARE: 2, RIM: 2},
                hats={0.5: 3, 0.25: 1, 1.0: 0.5},
                ghosts=0.4,
                opens=0.1,
                jitter=0.009,
            ),
            bass={"locked": 2, "long": 2},
            chords={"broken": 3.5, "strummed": 3, "pushed": 0.5},
            taste=Taste(density=0.5, syncopation=0.3, pentatonic=0.5, scoops=0.25),
        )
    ),
    drift=0.012,
    weight=1.0,
    swing=(0.5, 0.56),
    usual=Feeling(energy=0.35, warmth=0.95),
)
