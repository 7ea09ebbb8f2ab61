"""Fuzzing of what is asked of composers: briefs as JSON, and wishes in words as the command line takes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from random import Random

from img2music import briefing
from img2music.composition.brief import MODES, Brief, Feeling
from img2music.composition.compose import compose
from img2music.composition.form.sections import KINDS
from img2music.composition.instruments import INSTRUMENTS
from img2music.composition.metre import Metre
from img2music.composition.quotation.works import WORKS
from img2music.composition.style import styles_of
from img2music.errors import OptionError
from img2music.genres import GENRES

from ..mutation import mutate, mutate_value
from ..target import FileTarget

_METRES = ("4/4", "3/4", "6/8", "7/8", "2/2", "12/8", "0/4", "4/0", "1/16", "16/16", "99/2", "-3/4", "4/4/4", "")
_WORDS = ("", ",", "H", "Bbm", "E dorian", "C#", "nan", "\0", "x" * 5000, "π", "jazz=", "=0.5", "pop=9", "tempo=inf")
_BY_HAND = (
    b"[" * 100_000,
    b'{"brief": ' * 5000,
    b'{"genre": "pop", "seed": 1' + b"0" * 5000 + b"}",
    b'{"genre": "pop", "seconds": NaN}',
    b'{"genre": "pop", "bpm": Infinity, "bars": 4}',
    b'{"genre": "pop", "bars": 1e308}',
    b'{"genre": "pop", "feeling": {"tempo": "9e999"}}',
    b'{"genre": "pop", "feeling": []}',
    b'{"genre": "pop", "instruments": ' + json.dumps(["piano"] * 100_000).encode() + b"}",
    b'{"genre": "pop", "sections": [[]]}',
    b'{"genre": "\\ud800"}',
    b"\xff\xfe\0",
    b"",
)


class Briefs(FileTarget):
    """Briefs, mutated as text and as values, and wishes put together from good and bad words."""

    name = "input.json"

    def made_by_hand(self) -> list[Callable[[], bytes]]:
        """Depth, long numbers, numbers that are none, wrong kinds."""
        return [partial(bytes, text) for text in _BY_HAND]

    def mutated(self, random: Random) -> bytes:
        """A brief, often one that is not quite one, or wishes."""
        values = _brief(random).as_dict()
        chance = random.random()
        if chance < 0.2:
            return json.dumps(values).encode()
        if chance < 0.4:
            return mutate(json.dumps(values).encode(), random)
        if chance < 0.65:
            return json.dumps(mutate_value(values, random)).encode()
        return json.dumps({"wishes": _wishes(random)}).encode()

    def run(self) -> None:
        """Compose it: what comes out is whole, and as long as it was asked to be at most."""
        try:
            wishes = json.loads(self.path.read_bytes()).get("wishes")
        except (ValueError, AttributeError, RecursionError):
            wishes = None
        if wishes is not None:
            score = briefing.compose(None, **wishes)
        else:
            brief = briefing.read_brief(self.path)
            if (brief.bars or 0) > 300 or (brief.seconds or 0) > 120:
                raise OptionError("too long for a case")
            score = compose(brief)
        assert score.seconds <= 600 and score.parts
        assert all(0 <= note.start < note.end <= score.beats + 1e-6 for _, note in score.notes())
        assert score.brief is not None and compose(Brief.from_dict(score.brief.as_dict())).to_midi() == score.to_midi()


def _brief(random: Random) -> Brief:
    """A brief that asks for some things."""

    def maybe(options: object) -> object:
        return random.choice(list(options)) if random.random() < 0.4 else None  # type: ignore[call-overload]

    genre = random.choice(GENRES)
    names = [name for name in briefing.ATTRIBUTES if random.random() < 0.3]
    return Brief(
        genre,
        Feeling(**{name: round(random.random(), 3) for name in names}),
        random.getrandbits(random.choice((3, 40))),
        maybe((1.0, 2.0, 15.0, 30.0)),
        maybe((1, 2, 3, 8, 17, 40)),
        maybe((30.0, 60.0, 99.5, 300.0)),
        maybe(range(12)),
        maybe(MODES),
        Metre(random.randint(1, 13), random.choice((2, 4, 8, 16))) if random.random() < 0.3 else None,
        maybe(styles_of(genre)),
        tuple(random.sample(list(INSTRUMENTS), random.randint(1, 6))) if random.random() < 0.3 else None,
        tuple(random.choices(list(KINDS), k=random.randint(1, 6))) if random.random() < 0.2 else None,
        maybe(GENRES),
        round(random.random(), 3),
        maybe(work.title for work in WORKS),
    )  # type: ignore[arg-type]


def _wishes(random: Random) -> dict[str, object]:
    """Options in words, of which some are wrong."""
    good: dict[str, tuple[object, ...]] = {
        "genre": GENRES,
        "mood": ("major=0.8,density=0.3", "tempo=1", "tension=0.2"),
        "seconds": (1, 15, 0, -1, 1e9),
        "bars": (1, 4, 12, 0, -3, 10**9),
        "bpm": (60, 120.5, 0, -1, 1e308),
        "key": ("C", "F#", "Bbm", "e♭"),
        "mode": MODES,
        "metre": _METRES,
        "style": ("bossa", "lo-fi", "fugue", "Boom Bap"),
        "instruments": ("piano,bass,drums", "flute", "808,rap", ",".join(list(INSTRUMENTS)[:40])),
        "sections": ("verse,chorus", "head,solo,head", "intro," * 90),
        "blend": ("jazz=0.4", "classical", "pop=1"),
        "quote": ("ode to joy", "greensleeves", "canon"),
    }
    asked = {name: random.choice(options) for name, options in good.items() if random.random() < 0.35}
    asked.setdefault("genre", random.choice(GENRES))
    if random.random() < 0.4:
        texts = [name for name in good if name not in ("seconds", "bars", "bpm")]
        asked[random.choice(texts)] = random.choice(_WORDS)
    return asked | {"seed": random.choice((0, 1, 2, 3, 4, 5, 6, 2**62, -1, 2**70))}
