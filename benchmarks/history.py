"""The history of the benchmarks as a picture."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from benchmarks.rows import read

SHOWN = {
    "latency": ("perturb_cold_s", "perturb_warm_s", "flow_cold_s", "flow_warm_s"),
    "throughput": ("jobs_1_per_s", "jobs_2_per_s", "load_s"),
    "page": ("median_s", "p95_s"),
    "training": ("vae_s", "flow_s", "waveform-vae_s"),
}


def digest(results: Path) -> str:
    """A name for the results that a picture shows, which is kept in its file."""
    return sha256(results.read_bytes()).hexdigest()[:16]


def plot(results: Path, picture: Path) -> Path:
    """Draw the figures of every benchmark by commit; returns the picture's path."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    rows = read(results)
    figure, places = plt.subplots(2, 2, figsize=(11, 7), layout="constrained")
    for place, (name, keys) in zip(places.flat, SHOWN.items(), strict=True):
        mine = [row for row in rows if row["name"] == name]
        for key in keys:
            points = [(number, row["figures"][key]) for number, row in enumerate(mine) if key in row["figures"]]
            if points:
                place.plot(*zip(*points, strict=True), marker="o", label=key)
                place.legend(loc="lower left")
        place.set_xticks(range(len(mine)), [f"{row['commit'][:7]}\n{row['date'][:10]}" for row in mine])
        place.set_xlim(-0.5, max(len(mine), 1) - 0.5)
        place.set_title(name)
        place.set_ylim(bottom=0)
    picture.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(picture, dpi=110, metadata={"Software": None, "Results": digest(results)})
    plt.close(figure)
    return picture
