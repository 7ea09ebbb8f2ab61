"""`python -m tests.kill`: kill long work at random moments; exit status 1 when that does harm."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from functools import partial
from pathlib import Path
from random import Random

from .trial import Stage, in_process
from .victims import VICTIMS, make_inputs, make_runs


def main() -> int:
    """Run the trials, the victims in turn, and print a JSON summary."""
    parser = argparse.ArgumentParser(prog="python -m tests.kill", description=__doc__)
    parser.add_argument("--trials", type=int, default=100, help="kills in all")
    parser.add_argument("--victim", choices=VICTIMS, action="append", help="only this one; repeatable")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    names = given.victim or list(VICTIMS)
    random = Random(given.seed)
    trials = dict.fromkeys(names, 0)
    problems = []
    with tempfile.TemporaryDirectory(prefix="kill-") as folder:
        inputs = Path(folder) / "inputs"
        makers = [make_inputs, *([make_runs] if any(VICTIMS[name].needs_runs for name in names) else [])]
        for make in makers:
            if (status := in_process(partial(make, inputs))) != 0:
                raise RuntimeError(f"the inputs cannot be made: {status}")
        stages = {}
        for number in range(given.trials):
            name = names[number % len(names)]
            if name not in stages:
                (Path(folder) / name).mkdir()
                stages[name] = Stage(VICTIMS[name], inputs, Path(folder) / name)
            moment = random.random()
            trials[name] += 1
            if problem := stages[name].trial(number, moment):
                problems.append({"victim": name, "trial": number, "moment": round(moment, 3), "problem": problem})
                print(problems[-1], file=sys.stderr, flush=True)
    print(json.dumps({"trials": trials, "problems": problems}, indent=1))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
