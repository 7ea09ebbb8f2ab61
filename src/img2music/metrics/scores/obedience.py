"""Whether scores are what was asked for: random briefs, composed and compared with what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from img2music.composition.brief import FASTEST, LONGEST, MODES, Brief
from img2music.composition.compose import compose
from img2music.composition.instruments import INSTRUMENTS
from img2music.composition.metre import Metre
from img2music.composition.score import Score
from img2music.errors import OptionError
from img2music.genres import GENRES

_METRES = (
    *((2, 4), (3, 4), (4, 4), (5, 4), (7, 4), (2, 2)),
    *((3, 8), (5, 8), (6, 8), (7, 8), (9, 8), (12, 8)),
)
_BARS = (1, 2, 3, 4, 5, 7, 8, 12, 16, 17, 24, 32, 48, 64)
_TEMPOS = (40.0, 60.0, 72.5, 90.0, 101.3, 120.0, 141.0, 180.0, 200.0, 240.0)
_SECONDS = (5.0, 15.0, 30.0, 60.0)


@dataclass(frozen=True)
class Obedience:
    """How many briefs were composed `exact`ly, how many came out `wrong`, and how many others between them were
    `refused` as they should be because they contradict themselves."""

    exact: int
    refused: int
    wrong: int


def obedience(count: int, seed: int = 0) -> Obedience:
    """Of `count` random briefs that can be met and ask for tempo, key, mode, metre, bars and instruments, and some for
    seconds."""
    random = Random(seed)
    exact = refused = wrong = 0
    while exact + wrong < count:
        brief = random_brief(random, exact + wrong + refused)
        try:
            good = is_as_asked(compose(brief), brief)
        except OptionError:
            refused += is_impossible(brief)
            wrong += not is_impossible(brief)
            continue
        exact += good
        wrong += not good
    return Obedience(exact, refused, wrong)


def random_brief(random: Random, seed: int) -> Brief:
    """A brief that asks for each thing six times of ten."""
    genre = random.choice(GENRES)
    wanted = [random.random() < 0.6 for _ in range(6)]
    bars = random.choice(_BARS)
    bpm = random.choice(_TEMPOS)
    key = random.choice(range(12))
    mode = random.choice(MODES)
    metre = random.choice(_METRES)
    count = random.choice((1, 2, 3, 5, 8))
    instruments = tuple(random.sample(list(INSTRUMENTS), count))
    return Brief(
        genre,
        seed=seed,
        seconds=random.choice(_SECONDS) if random.random() < 0.2 else None,
        bars=bars if wanted[0] else None,
        bpm=bpm if wanted[1] else None,
        key=key if wanted[2] else None,
        mode=mode if wanted[3] else None,
        metre=Metre(*metre) if wanted[4] else None,
        instruments=instruments if wanted[5] else None,
    )


def is_as_asked(score: Score, brief: Brief) -> bool:
    """Whether a score has exactly what a brief asks for, one tempo throughout and every instrument heard."""
    tempo = brief.bpm is None or score.tempo.changes == ((0.0, brief.bpm),)
    band = brief.instruments is None or (
        {part.name for part in score.parts} == set(brief.instruments) and all(part.notes for part in score.parts)
    )
    asked = (brief.key, brief.mode, brief.metre, brief.bars)
    given = (score.key, score.mode, score.metre, score.bars)
    rest = all(wish in (None, found) for wish, found in zip(asked, given, strict=True))
    return tempo and band and rest and score.seconds <= (brief.seconds or LONGEST)


def is_impossible(brief: Brief) -> bool:
    """Whether the bars of a brief cannot be played in its seconds, or in the longest piece, by plain arithmetic.

    Where the tempo is open, a last note rings for a twentieth of the time.
    """
    bar = (brief.metre or Metre()).beats * 60
    bars = brief.bars or 1
    if brief.bpm is not None:
        return bars * bar / brief.bpm > (brief.seconds or LONGEST)
    return brief.seconds is not None and bars * bar / FASTEST > 0.95 * brief.seconds
