"""Hip-hop that is made of records: boom-bap, lo-fi, jazz-rap."""

from __future__ import annotations

from img2music.composition.brief import Feeling
from img2music.composition.form.songs import track
from img2music.composition.rhythm.grooves import CLAP, RIM, SNARE, Drummer
from img2music.composition.score import Role
from img2music.composition.style import Seat, Style
from img2music.composition.styles.band import Arrangement, band
from img2music.composition.styles.hiphop.loops import SOUL
from img2music.composition.styles.hiphop.seats import RAPPER
from img2music.composition.styles.tunes import Taste
from img2music.composition.theory.songs import harmony_of

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
    tempo=(66, 91, 114),
    metres={"4/4": 12.0, "3/4": 0.7, "6/8": 0.5},
    modes={"minor": 5, "dorian": 2.5, "major": 1.2, "mixolydian": 0.6},
    seats=(
        Seat(
            "drums",
            Role.DRUMS,
            {"vinyl drums": 3, "drum machine": 2, "room drums": 1, "drums": 1},
            enters=0.28,
            level=2.0,
        ),
        Seat("bass", Role.BASS, {"double bass": 2.5, "bass": 3, "fretless bass": 1, "synth bass": 1}),
        Seat("chords", Role.HARMONY, _SAMPLE, level=-3.0),
        Seat("pad", Role.HARMONY, {"strings": 2, "organ": 1, "choir": 1}, chance=0.35, enters=0.6, level=-8.0),
        Seat("hook", Role.MELODY, _LEADS, chance=0.85, enters=0.45, level=-2.0, pan=0.15),
        RAPPER,
        Seat("scratches", Role.VOICE, {"scratches": 1}, chance=0.35, enters=0.7, level=-6.0),
    ),
    form=track,
    harmonise=harmony_of(SOUL, richness=0.55, one_loop=True),
    write=band(
        Arrangement(
            drummer=Drummer(
                kicks="9014100591241254",
                extra=(1, 3),
                snares={SNARE: 5, CLAP: 0.5},
                hats={0.5: 4, 0.25: 1},
                ghosts=0.7,
                opens=0.35,
                jitter=0.008,
                drag=0.006,
            ),
            bass={"locked": 5, "riff": 1.5},
            chords={"held": 0.4, "sparse": 2, "early": 1.5, "pushed": 1.5, "stabbed": 2, "backbeat": 1, "broken": 3},
            taste=Taste(density=0.53, syncopation=0.5, pentatonic=0.65, scoops=0.2, legato=0.85, verses=False),
        )
    ),
    drift=0.005,
    weight=1.4,
    swing=(0.53, 0.61),
    swing_unit=0.25,
    usual=Feeling(energy=0.6, warmth=0.65),
)

LO_FI = Style(
    "lo-fi",
    "hiphop",
    tempo=(54, 77, 104),
    metres={"4/4": 8.0, "3/4": 2.0, "6/8": 1.5, "12/8": 0.6},
    modes={"minor": 3, "major": 3, "dorian": 2},
    seats=(
        Seat("drums", Role.DRUMS, {"vinyl drums": 4, "brushes": 0.7, "drum machine": 1}, enters=0.28, level=1.0),
        Seat("bass", Role.BASS, {"double bass": 2, "fretless bass": 1.5, "bass": 2, "warm synth bass": 1}, enters=0.3),
        Seat(
            "chords",
            Role.HARMONY,
            {"electric piano": 4, "piano": 3, "nylon guitar": 2, "jazz guitar": 2, "vibraphone": 1},
            level=-1.0,
        ),
        Seat("pad", Role.HARMONY, {"warm pad": 2, "slow strings": 1.5, "choir": 1}, chance=0.5, enters=0.4, level=-9.0),
        Seat("hook", Role.MELODY, _LEADS | {"celesta": 1, "kalimba": 1, "piano": 1}, enters=0.3, level=-3.0, pan=0.2),
        Seat("mc", Role.VOICE, {"rapper": 1}, chance=0.12, enters=0.45),
    ),
    form=track,
    harmonise=harmony_of(SOUL, richness=0.75, one_loop=True),
    write=band(
        Arrangement(
            drummer=Drummer(
                kicks="9004100380141032",
                extra=(1, 2),
                half_time=0.1,
                snares={SNARE: 3, RIM: 2, CLAP: 0.7},
                hats={0.5: 5, 0.25: 0.8},
                ghosts=0.6,
                opens=0.2,
                jitter=0.012,
                drag=0.014,
            ),
            bass={"locked": 3, "long": 1.0},
            chords={"held": 0.4, "sparse": 2.5, "early": 1.5, "pushed": 1.5, "broken": 4, "stabbed": 0.5},
            taste=Taste(density=0.53, syncopation=0.45, pentatonic=0.5, scoops=0.2, legato=0.9, verses=True),
        )
    ),
    drift=0.006,
    weight=1.2,
    swing=(0.54, 0.64),
    swing_unit=0.25,
    usual=Feeling(energy=0.15, warmth=0.8),
)

JAZZ_RAP = Style(
    "jazz-rap",
    "hiphop",
    tempo=(74, 96, 130),
    metres={"4/4": 9.0, "3/4": 1.2, "5/4": 0.8, "6/8": 0.6},
    modes={"minor": 3, "dorian": 4, "major": 2, "mixolydian": 1},
    seats=(
        Seat("drums", Role.DRUMS, {"vinyl drums": 2, "jazz drums": 2, "room drums": 1.5}, enters=0.28, level=1.0),
        Seat("bass", Role.BASS, {"double bass": 6, "fretless bass": 1}, level=1.0),
        Seat(
            "chords",
            Role.HARMONY,
            {"electric piano": 4, "piano": 3, "jazz guitar": 2, "vibraphone": 2},
            level=-2.0,
            pan=-0.2,
        ),
        Seat(
            "hook",
            Role.MELODY,
            {"muted trumpet": 2, "tenor sax": 2, "alto sax": 2, "flute": 1.5, "vibraphone": 1.5, "trombone": 0.6},
            enters=0.4,
            level=-1.0,
            pan=0.2,
        ),
        Seat(
            "answer",
            Role.MELODY,
            {"trumpet": 1, "alto sax": 1, "flute": 1, "jazz guitar": 1},
            chance=0.35,
            enters=0.6,
            level=-4.0,
            pan=0.35,
        ),
        RAPPER,
        Seat("scratches", Role.VOICE, {"scratches": 1}, chance=0.25, enters=0.7, level=-7.0),
    ),
    form=track,
    harmonise=harmony_of(SOUL, richness=0.85, one_loop=True),
    write=band(
        Arrangement(
            drummer=Drummer(
                kicks="9013200490232043",
                extra=(1, 3),
                snares={SNARE: 4, RIM: 1},
                hats={0.5: 3, 0.25: 1},
                ghosts=0.85,
                opens=0.25,
                jitter=0.009,
                drag=0.004,
                ride=0.6,
            ),
            bass={"riff": 3, "locked": 3, "eighths": 0.4},
            chords={"stabbed": 3, "sparse": 2, "pushed": 1, "early": 1.5, "backbeat": 0.7, "held": 0.5},
            taste=Taste(density=0.68, syncopation=0.6, pentatonic=0.25, scoops=0.25, legato=0.85, verses=True),
        )
    ),
    drift=0.007,
    weight=1.0,
    swing=(0.54, 0.63),
    swing_unit=0.25,
    usual=Feeling(energy=0.5, warmth=0.95),
)
