"""Hip-hop that is made with synthesisers: trap, drill, west coast."""

from __future__ import annotations

from img2music.composition.brief import Feeling
from img2music.composition.form.songs import track
from img2music.composition.rhythm.grooves import CLAP, RIM, SNARE, Drummer
from img2music.composition.score import Role
from img2music.composition.style import Seat, Style
from img2music.composition.styles.band import Arrangement, band
from img2music.composition.styles.hiphop.loops import DARK, SOUL
from img2music.composition.styles.hiphop.seats import RAPPER
from img2music.composition.styles.tunes import Taste
from img2music.composition.theory.songs import harmony_of

TRAP = Style(
    "trap",
    "hiphop",
    tempo=(54, 71, 98),
    metres={"4/4": 10.0, "12/8": 0.6, "6/8": 0.4},
    modes={"minor": 6, "phrygian": 2, "dorian": 0.7, "major": 0.5},
    seats=(
        Seat("drums", Role.DRUMS, {"808 drums": 2, "drum machine": 3}, enters=0.28, level=2.0),
        Seat("bass", Role.BASS, {"808 bass": 6, "synth bass": 0.5}, level=1.0),
        Seat(
            "chords",
            Role.HARMONY,
            {"piano": 2, "bells pad": 2, "choir": 1, "synth pluck": 1.5, "nylon guitar": 1.2, "strings": 1},
            level=-3.0,
        ),
        Seat("pad", Role.HARMONY, {"synth strings": 1, "choir": 1, "warm pad": 1}, chance=0.5, enters=0.4, level=-9.0),
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
            chance=0.9,
            enters=0.3,
            level=-3.0,
            pan=0.2,
        ),
        RAPPER,
        Seat("riser", Role.VOICE, {"riser": 1}, chance=0.25, level=-10.0),
    ),
    form=track,
    harmonise=harmony_of(DARK, richness=0.1, one_loop=True),
    write=band(
        Arrangement(
            drummer=Drummer(
                kicks="9003014500210364",
                extra=(1, 3),
                half_time=1.0,
                snares={CLAP: 2, SNARE: 2},
                hats={0.25: 5, 0.125: 0.5},
                ghosts=0.0,
                opens=0.3,
                rolls=0.09,
                jitter=0.0,
            ),
            bass={"locked": 6},
            chords={"held": 0.4, "sparse": 2, "broken": 6, "early": 0.5, "pushed": 0.7, "stabbed": 0.7},
            taste=Taste(density=0.63, syncopation=0.45, pentatonic=0.35, scoops=0.1, legato=0.85, verses=True),
            glides=0.35,
            triplets=3.0,
        )
    ),
    weight=1.4,
    usual=Feeling(energy=0.7, warmth=0.15),
)

DRILL = Style(
    "drill",
    "hiphop",
    tempo=(60, 71, 88),
    metres={"4/4": 1.0},
    modes={"minor": 6, "phrygian": 2.5, "dorian": 0.4},
    seats=(
        Seat("drums", Role.DRUMS, {"808 drums": 2, "drum machine": 3}, enters=0.28, level=2.0),
        Seat("bass", Role.BASS, {"808 bass": 1}, level=1.5),
        Seat(
            "chords",
            Role.HARMONY,
            {"piano": 3, "strings": 2, "choir": 1.5, "pizzicato strings": 1, "bells pad": 1},
            level=-3.0,
        ),
        Seat("pad", Role.HARMONY, {"synth strings": 1, "choir": 1}, chance=0.4, enters=0.5, level=-9.0),
        Seat(
            "hook",
            Role.MELODY,
            {"piano": 1.5, "flute": 1.5, "violin": 1.5, "voice oohs": 1, "synth pluck": 1},
            chance=0.85,
            enters=0.3,
            level=-3.0,
            pan=0.2,
        ),
        RAPPER,
    ),
    form=track,
    harmonise=harmony_of(DARK, richness=0.15, one_loop=True),
    write=band(
        Arrangement(
            drummer=Drummer(
                kicks="9002104500310270",
                extra=(1, 3),
                half_time=0.3,
                snares={SNARE: 2, RIM: 1.5, CLAP: 0.5},
                hats={0.25: 2, 0.5: 1},
                ghosts=0.2,
                opens=0.2,
                rolls=0.12,
                jitter=0.0,
            ),
            bass={"locked": 6},
            chords={"held": 0.4, "sparse": 2, "broken": 4, "stabbed": 1.5, "early": 0.5},
            taste=Taste(density=0.58, syncopation=0.6, pentatonic=0.3, scoops=0.15, legato=0.85, verses=True),
            glides=0.5,
            triplets=2.0,
        )
    ),
    weight=0.8,
    usual=Feeling(energy=0.85, warmth=0.1),
)

WEST_COAST = Style(
    "west-coast",
    "hiphop",
    tempo=(74, 95, 122),
    metres={"4/4": 1.0},
    modes={"minor": 4, "dorian": 3, "mixolydian": 1, "phrygian": 0.6, "major": 0.6},
    seats=(
        Seat("drums", Role.DRUMS, {"drum machine": 3, "808 drums": 1, "drums": 1}, enters=0.28, level=1.5),
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
            level=-3.0,
            pan=-0.2,
        ),
        Seat(
            "pad", Role.HARMONY, {"synth strings": 2, "strings": 1.5, "warm pad": 1}, chance=0.6, enters=0.5, level=-7.0
        ),
        Seat(
            "hook",
            Role.MELODY,
            {"synth lead": 4, "saw lead": 1, "square lead": 1, "flute": 0.7, "synth voice": 0.7},
            chance=0.95,
            enters=0.4,
            level=-3.0,
            pan=0.2,
        ),
        Seat(
            "answer",
            Role.MELODY,
            {"synth brass": 1, "brass": 1},
            chance=0.3,
            enters=0.7,
            level=-6.0,
            pan=-0.35,
        ),
        RAPPER,
    ),
    form=track,
    harmonise=harmony_of(SOUL, richness=0.35, one_loop=True),
    write=band(
        Arrangement(
            drummer=Drummer(
                kicks="9014202590142035",
                extra=(1, 3),
                snares={SNARE: 2, CLAP: 3},
                hats={0.5: 2, 0.25: 2},
                ghosts=0.2,
                opens=0.3,
                jitter=0.004,
            ),
            bass={"riff": 4, "locked": 3},
            chords={"stabbed": 3, "backbeat": 1.5, "sparse": 1.5, "off beat": 0.7, "held": 0.5, "early": 0.7},
            taste=Taste(density=0.63, syncopation=0.5, pentatonic=0.55, scoops=0.4, legato=0.95, verses=True),
            glides=0.12,
        )
    ),
    weight=1.0,
    swing=(0.5, 0.57),
    swing_unit=0.25,
    usual=Feeling(energy=0.6, warmth=0.45),
)
