"""`python -m tests.fuzz`: fuzz all targets or one; exit status 1 when an input made something fail."""

from __future__ import annotations

import argparse
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .supervisor import Result, run_target
from .targets import SHARES

_CHUNK = 2000


def main() -> int:
    """Run the cases and print a JSON summary."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000, help="cases in all")
    parser.add_argument("--target", choices=SHARES, help="only this one")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="number of the first case, to run one again")
    parser.add_argument("--jobs", type=int, default=1, help="processes at once")
    parser.add_argument("--failures", type=Path, default=Path("fuzz-failures"), help="folder for inputs that failed")
    given = parser.parse_args()
    shares = {given.target: 1.0} if given.target else SHARES
    chunks = []
    for name, share in shares.items():
        end = given.first + round(given.cases * share)
        starts = range(given.first, end, _CHUNK)
        chunks += [(name, given.seed, start, min(_CHUNK, end - start), given.failures) for start in starts]
    results: dict[str, list[Result]] = {name: [] for name in shares}
    with ThreadPoolExecutor(given.jobs) as pool:
        for (name, *_), result in zip(chunks, pool.map(lambda chunk: run_target(*chunk), chunks), strict=True):
            results[name].append(result)
            for failure in result.failures:
                print(f"{name}: {failure}", file=sys.stderr)
    summary = {name: _together(own) for name, own in results.items()}
    print(json.dumps(summary, indent=1))
    return 1 if any(facts["failures"] for facts in summary.values()) else 0


def _together(results: list[Result]) -> dict[str, object]:
    outcomes: dict[str, int] = {}
    for result in results:
        for outcome, count in result.outcomes.items():
            outcomes[outcome] = outcomes.get(outcome, 0) + count
    return {
        "cases": sum(outcomes.values()),
        "outcomes": dict(sorted(outcomes.items())),
        "slowest_s": round(max((result.slowest for result in results), default=0.0), 2),
        "most_memory_mib": max((result.largest for result in results), default=0) >> 20,
        "failures": [failure for result in results for failure in result.failures],
    }


if __name__ == "__main__":
    sys.exit(main())
