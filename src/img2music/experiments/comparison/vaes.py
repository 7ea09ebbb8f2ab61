"""The paper's waveform VAE beside our spectrogram VAE, one per genre beside a single one (paper section 2.2)."""

from __future__ import annotations

import csv
import io
import json
import os
import platform
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console

from img2music.data.clips.clip import Clip, hold_out
from img2music.data.common.notes import note
from img2music.data.covers.cover import Cover
from img2music.errors import OptionError
from img2music.evaluation.embedded_clips import EmbeddedClips, embed_folder
from img2music.experiments.comparison.vae_arrangements import (
    HELD_OUT,
    SEED,
    Arrangement,
    Recipes,
    arrangements,
    export,
    train,
)
from img2music.experiments.comparison.vae_figures import (
    Bounds,
    VAEFigures,
    bounds,
    measure,
    random_pictures,
    some_covers,
    write_originals,
)
from img2music.genres import GENRES
from img2music.metrics.embedders.registry import Embedder, load_embedder
from img2music.options import DEFAULT_STRENGTHS, PERTURB
from img2music.system.files import atomic_write, read_regular
from img2music.system.json_text import LARGEST, read_json
from img2music.training.common.budget import spent
from img2music.training.export.trained_vae import load_trained, vae_parameters
from img2music.training.spectrogram_vae.run import training_clips

TABLE = "vaes.md"
FIGURES = "vaes.json"
SPLIT = "clips.csv"
ORIGINALS = "originals"
JUDGED = {
    "reconstruction_frechet": "reconstruction Fréchet",
    "log_spectral": "log-spectral distance",
    "generation_frechet": "generation Fréchet",
}
_NOTES = """
- Every row had the same wall-clock time of training, {budget}: a single VAE all of it, each genre's VAE its part, in
  equal parts. minutes is what was used, validations and checkpoints included, reading clips not.
- {train} clips train; of {test} held out, whole works only, the first 15 s of {tested} are reconstructed.
- Fréchet and KAD: musicnn, against those originals. Floor, one half of them against the other: {floor}; ceiling, white
  noise as loud: {ceiling}. With so few clips a Fréchet distance is mostly bias: compare rows, or read KAD.
- generation: {snippets} snippets for {pictures}, α = {alpha:g}, from embeddings of clips that trained.
- log-spectral: mean absolute difference of log magnitudes, dB. error: of the samples, against their power; silence has
  0 dB, and so has the right spectrum with another phase, or worse.
- speed: seconds of audio decoded per second, on {machine}. parameters and MB: encoders and decoders together.
"""


@dataclass(frozen=True)
class VAERow:
    """An arrangement of VAEs: its kind, whether there is one per genre, minutes and steps of all its trainings, the
    parameters of all its networks, and its figures."""

    kind: str
    arrangement: str
    minutes: float
    steps: int
    parameters: int
    figures: VAEFigures

    def to_json(self) -> dict[str, Any]:
        """The row on one level."""
        values = asdict(self)
        return {name: value for name, value in values.items() if name != "figures"} | values["figures"]

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> VAERow:
        """The row that `to_json` gave."""
        rest = dict(values)
        own = {field.name: rest.pop(field.name) for field in fields(cls) if field.name != "figures"}
        return cls(**own, figures=VAEFigures(**rest))


@dataclass(frozen=True)
class VAEComparison:
    """Arrangements of VAEs, floor and ceiling of the distances, and notes on how they were measured."""

    rows: tuple[VAERow, ...]
    bounds: Bounds
    notes: str

    @property
    def claims(self) -> list[str]:
        """A sentence for each kind on whether one VAE per genre is better, as the paper says."""
        return claims(self.rows)

    def to_json(self) -> dict[str, Any]:
        """The comparison as numbers and text."""
        rows = [row.to_json() for row in self.rows]
        return {"rows": rows, "bounds": asdict(self.bounds), "claims": self.claims, "notes": self.notes}


def compare_vaes(
    music: Sequence[Path],
    out: Path,
    minutes: float | None = None,
    limit: int | None = None,
    covers: Path | None = None,
    per_genre: int = 6,
    alpha: float = DEFAULT_STRENGTHS[PERTURB],
    recipes: Recipes | None = None,
    embedder: Embedder | None = None,
) -> VAEComparison:
    """Train {waveform, waveform with the best σ, spectrogram} × {one per genre, a single one}, and compare them.

    `minutes` of training in all are shared equally among the six; what one per genre gets is shared equally among
    the genres. None trains by the recipes, for days. `limit` takes only so many clips of each genre. `per_genre` clips
    that were held out are reconstructed, and as many covers (random pictures without `covers`) turned into snippets,
    at strength `alpha`. `recipes` by kind are in place of the three, `embedder` in place of musicnn.

    Writes `vaes.json` and `vaes.md` after each row. What was finished before is not done again, what was
    interrupted goes on.

    Raises `OptionError` when `out` holds a comparison of other clips, or no clips can be held out; `AudioError` when
    there are no clips.
    """
    clips = training_clips(music, None, limit=limit)
    inside, outside = hold_out(clips, HELD_OUT, SEED)
    genres = [genre for genre in GENRES if any(clip.genre == genre for clip in inside)]
    for genre in GENRES:
        if genre not in genres:
            note(f"left out: {genre}, of which there are no clips.")
    if not outside:
        raise OptionError("too few clips to hold any out; give five of a genre or more.")
    _keep_split(inside, outside, out)
    embedder = embedder or load_embedder()
    originals = out / ORIGINALS
    tested = write_originals(outside, per_genre, originals)
    pictures = (
        some_covers(covers, genres, per_genre) if covers else random_pictures(genres, per_genre, out / "pictures")
    )
    real = embed_folder(originals, embedder, noise=True)
    wanted = arrangements(recipes)
    share = None if minutes is None else minutes / len(wanted)
    limits = bounds(real)
    counts = {"train": len(inside), "test": len(outside), "tested": tested, "snippets": len(pictures), "alpha": alpha}
    result = VAEComparison((), limits, _notes(share, counts, "covers" if covers else "random pictures", limits))
    settings: dict[str, object] = {
        "minutes": share,
        "per_genre": per_genre,
        "alpha": alpha,
        "pictures": [str(p.path) for p in pictures],
    }
    for arrangement in wanted:
        row = _known_row(out, arrangement, settings)
        if row is None:
            Console(stderr=True).print(arrangement.title)
            train(arrangement, music, genres=genres, folder=out / "runs", minutes=share, limit=limit)
            row = _row(
                arrangement,
                inside,
                genres=genres,
                real=real,
                pictures=pictures,
                alpha=alpha,
                out=out,
                embedder=embedder,
            )
            _write_json(out / "rows" / f"{arrangement.name}.json", {"settings": settings, "row": row.to_json()})
        result = replace(result, rows=(*result.rows, row))
        _write(result, out)
    return result


def _row(
    arrangement: Arrangement,
    clips: Sequence[Clip],
    genres: Sequence[str],
    real: EmbeddedClips,
    pictures: Sequence[Cover],
    alpha: float,
    out: Path,
    embedder: Embedder,
) -> VAERow:
    models, audio = out / "models" / arrangement.name, out / "audio" / arrangement.name
    export(arrangement, out / "runs", clips, models)
    shutil.rmtree(audio, ignore_errors=True)
    runs = arrangement.runs(out / "runs", genres)
    times = [spent(run) for run in runs]
    return VAERow(
        kind=arrangement.kind,
        arrangement="single" if arrangement.single else "one per genre",
        minutes=sum(minutes for minutes, _ in times),
        steps=sum(steps for _, steps in times),
        parameters=sum(vae_parameters(load_trained(run)) for run in runs),
        figures=measure(models, out / ORIGINALS, real=real, covers=pictures, alpha=alpha, out=audio, embedder=embedder),
    )


def claims(rows: Sequence[VAERow]) -> list[str]:
    """For each kind with both arrangements, whether one VAE per genre is better than a single one."""
    sentences = []
    for kind in dict.fromkeys(row.kind for row in rows):
        mine = {row.arrangement: asdict(row.figures) for row in rows if row.kind == kind}
        if len(mine) < 2:
            continue
        own, single = mine["one per genre"], mine["single"]
        better = sum(own[measure] < single[measure] for measure in JUDGED)
        verdict = {0: "refuted: worse in every measure", len(JUDGED): "confirmed: better in every measure"}.get(
            better, f"undecided: better in {better} of {len(JUDGED)} measures"
        )
        figures = ", ".join(f"{name} {own[key]:.2f} against {single[key]:.2f}" for key, name in JUDGED.items())
        sentences.append(f"{kind}: that one VAE per genre beats a single one is {verdict} ({figures}).")
    return sentences


def table_cells(rows: Sequence[VAERow]) -> list[list[str]]:
    """Rows of `compare_vaes` as text, the headings first."""
    cells = [["VAE", "trained", "minutes", "steps", "reconstruction Fréchet", "KAD", "log-spectral dB", "error dB"]]
    cells[0] += ["generation Fréchet", "KAD", "speed", "parameters", "MB"]
    for row in rows:
        found = row.figures
        line = [row.kind, row.arrangement, f"{row.minutes:.1f}", str(row.steps)]
        line += [f"{found.reconstruction_frechet:.1f}", f"{found.reconstruction_kad:.2f}"]
        line += [f"{found.log_spectral:.2f}", f"{found.error_db:.1f}"]
        line += [f"{found.generation_frechet:.1f}", f"{found.generation_kad:.2f}", f"{found.speed:.0f}"]
        cells.append([*line, f"{row.parameters / 1e6:.1f} M", f"{found.megabytes:.0f}"])
    return cells


def _known_row(out: Path, arrangement: Arrangement, settings: dict[str, object]) -> VAERow | None:
    """The row of an earlier call with the same settings. Raises `OptionError` when it is damaged."""
    path = out / "rows" / f"{arrangement.name}.json"
    known = read_json(path, OptionError, "remove it and compare again") if path.is_file() else {}
    return VAERow.from_json(known["row"]) if known.get("settings") == settings else None


def _keep_split(inside: Sequence[Clip], outside: Sequence[Clip], out: Path) -> None:
    """Write down which clip was in which part, or see that it still is."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("genre", "part", "file"))
    for part, clips in (("train", inside), ("test", outside)):
        table.writerows(sorted((clip.genre, part, clip.path.as_posix()) for clip in clips))
    path = out / SPLIT
    if os.path.lexists(path) and read_regular(path, LARGEST, OptionError) != os.fsencode(text.getvalue()):
        raise OptionError(f"{out} holds a comparison of other clips; give another folder.")
    out.mkdir(parents=True, exist_ok=True)
    with atomic_write(path, force=True) as temporary:
        temporary.write_bytes(os.fsencode(text.getvalue()))


def _notes(share: float | None, counts: dict[str, float], pictures: str, bounds: Bounds) -> str:
    floor, ceiling = ("none" if value is None else f"{value:.1f}" for value in (bounds.floor, bounds.ceiling))
    machine = f"{os.cpu_count()} CPU cores ({platform.machine()}), {date.today().isoformat()}"
    budget = "as long as the recipes say" if share is None else f"{share:.1f} minutes"
    facts = counts | {"budget": budget, "pictures": pictures, "floor": floor, "ceiling": ceiling, "machine": machine}
    return _NOTES.format(**facts).strip()


def _write(result: VAEComparison, out: Path) -> None:
    lines = [" | ".join(row) for row in table_cells(result.rows)]
    lines.insert(1, " | ".join(["---"] * 13))
    claimed = [f"- {sentence}" for sentence in result.claims]
    parts = ["# VAEs compared", "\n".join(f"| {line} |" for line in lines), "\n".join(claimed), result.notes]
    with atomic_write(out / TABLE, force=True) as temporary:
        temporary.write_text("\n\n".join(part for part in parts if part) + "\n", encoding="utf-8")
    _write_json(out / FIGURES, result.to_json())


def _write_json(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path, force=True) as temporary:
        temporary.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
