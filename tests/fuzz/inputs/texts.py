"""Fuzzing of what is written in words: recipes and sidecars."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

import yaml

from img2music.composition.brief import Brief, Feeling
from img2music.options import Options
from img2music.output.sidecar import Sidecar
from img2music.training.common import recipe as recipes

from ..mutation import mutate, mutate_value
from ..target import FileTarget

_BOMBS = (
    b"a: &a [x, x]\n" + b"".join(b"%c: &%c [%s]\n" % (n, n, b"*%c, " % (n - 1) * 9) for n in range(98, 123)),
    b"- &a {x: 1}\n" + b"".join(b"- &%c {<<: [%s]}\n" % (n, b"*%c, " % (n - 1) * 9) for n in range(98, 123)),
    b"width: &a [*a]\n",
    b"[" * 100_000,
    b"{a: " * 100_000,
    b"- " * 5_000 + b"a",
    b"width: " + b"9" * 6000,
    b"width: 2001-99-99\n",
    b"width: !!python/object/apply:os.system [echo]\n",
    b"width: !!timestamp x\n",
    b"width: !!binary x\n",
    b"width: 1" + b":59" * 2000,
    b"x" * 2**24,
    b"",
    b"\xff\xfe\0",
    b"? [a]\n: 1\n",
    b"? {a: 1}\n: 1\n",
)


class Recipes(FileTarget):
    """Recipes of all kinds, mutated as text and as values."""

    name = "input.yaml"
    kinds = (
        recipes.VAERecipe,
        recipes.WaveformRecipe,
        recipes.FlowRecipe,
        recipes.DistillationRecipe,
        recipes.ClassifierRecipe,
    )

    def __init__(self, folder: Path) -> None:
        self.seeds = [path.read_bytes() for path in sorted(recipes.RECIPES.values())]
        super().__init__(folder)

    def made_by_hand(self) -> list[Callable[[], bytes]]:
        """Bombs: aliases, depth, long numbers."""
        return [partial(bytes, bomb) for bomb in _BOMBS]

    def mutated(self, random: Random) -> bytes:
        """A recipe that is not quite one."""
        seed = random.choice(self.seeds)
        if random.random() < 0.5:
            return mutate(seed, random)
        values = mutate_value(yaml.safe_load(seed), random)
        return json.dumps(values).encode()  # which is YAML, too

    def run(self) -> None:
        """Read it as each kind; numbers of a recipe that is accepted must be ones to train with."""
        errors = []
        for kind in self.kinds:
            try:
                recipe = recipes.read_recipe(kind, self.path)
            except recipes.OptionError as error:
                errors.append(error)
                continue
            for name, value in dataclasses.asdict(recipe).items():
                if isinstance(value, (int, float)) and not 0 <= value < 2**63:
                    raise AssertionError(f"{name} is {value}")
        if len(errors) == len(self.kinds):
            raise errors[0]


class Sidecars(FileTarget):
    """Sidecars, mutated as text and as values."""

    name = "input.json"
    seed: dict[str, object] = {  # noqa: RUF012
        "sidecar": 1,
        "picture": {"path": "cover.png", "sha256": "0" * 64},
        "order": dataclasses.asdict(Options(0.5, seconds=15.0, engine="flow"))
        | {"genre": "pop", "format": "wav", "tags": True},
        "versions": {"img2music": "0.1.0", "models": "tiny"},
        "embeddings": [{"title": "a", "origin": "b", "licence": "CC0-1.0"}],
    }
    composed: dict[str, object] = {  # noqa: RUF012
        "sidecar": 1,
        "picture": {"path": "cover.png", "sha256": "0" * 64},
        "order": dataclasses.asdict(Options(1.0, engine="compose"))
        | {"genre": "jazz", "format": "wav", "tags": False, "score": "song.mid"}
        | {"wishes": {"mood": {"major": 0.8}, "bpm": 96, "key": "Bbm", "bars": 8, "instruments": ["piano", "bass"]}},
        "versions": {"img2music": "0.1.0", "models": "tiny", "score": "0" * 64},
        "embeddings": [],
        "brief": Brief("jazz", Feeling(major=0.8), 7, bars=8, bpm=96.0, key=10, instruments=("piano",)).as_dict(),
    }

    def made_by_hand(self) -> list[Callable[[], bytes]]:
        """Depth, long numbers, and none at all."""
        long = (json.dumps(self.seed | {"order": self.seed["order"] | {"seed": "?"}})).encode()
        numbers = (b"9" * 5000, b"1e999", b"-1e999", b"NaN", b"1" + b"0" * 400)
        texts = [b"[" * 10**6, b'{"a":' * 10**5, b"", b"null", *(long.replace(b'"?"', number) for number in numbers)]
        return [partial(bytes, text) for text in texts]

    def mutated(self, random: Random) -> bytes:
        """A sidecar that is not quite one."""
        values = random.choice((self.seed, self.composed))
        if random.random() < 0.3:
            return mutate(json.dumps(values).encode(), random)
        for _ in range(random.randint(1, 3)):
            values = mutate_value(values, random)
        return json.dumps(values).encode()

    def run(self) -> None:
        """Read it and look at what is asked for."""
        sidecar = Sidecar.load(self.path)
        sidecar.request.check()
        if not all(isinstance(text, str) for credit in sidecar.embeddings for text in dataclasses.astuple(credit)):
            raise AssertionError(sidecar.embeddings)
