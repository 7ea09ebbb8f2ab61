"""The VAEs of section 2.2 and what they sound like (paper sections 2.2, 2.3, 3.2 and 4)."""

from __future__ import annotations

import shutil
from pathlib import Path

from img2music.audio.files.io import load_audio
from img2music.audio.files.sounds import Sounds
from img2music.audio.stft import RATE
from img2music.data.covers.cover import Cover
from img2music.data.splits import pick
from img2music.errors import Img2MusicError
from img2music.evaluation.audio import FolderScores, score_folder
from img2music.evaluation.clips import write_snippets
from img2music.evaluation.paper import FRECHET
from img2music.experiments.comparison.vaes import compare_vaes, table_cells
from img2music.experiments.reproduction.place import Workplace
from img2music.experiments.reproduction.section import Cell, Figure, Section, Sound, Table
from img2music.genres import GENRES
from img2music.metrics.conventions import CONVENTIONS
from img2music.metrics.embedders.registry import Embedder, load_embedder
from img2music.options import DEFAULT_STRENGTHS, PERTURB, Options
from img2music.output.snippet import Snippet
from img2music.pipeline import Img2Music
from img2music.plotting.gallery import draw_figures
from img2music.plotting.sound import sound_grid
from img2music.plotting.style import save_figure
from img2music.training.covers.split import read_cover_split

TRAINING = 0.5
"""Share of this step's budget that is training; making and measuring the audio takes the rest."""
SNIPPETS = 3
"""Covers of each genre for which snippets are made."""
PAPERS = "waveform-genres"
"""The paper's arrangement: a waveform VAE for each genre."""


def vaes(place: Workplace, minutes: float | None) -> Section:
    """Train {waveform, waveform σ, spectrogram} × {one per genre, a single one}, and compare them."""
    budget = None if minutes is None else TRAINING * minutes
    result = compare_vaes([place.music_index], place.vae_runs, budget, covers=place.cover_index)
    head, *rows = table_cells(result.rows)
    runs = sorted(path.parent for path in (place.vae_runs / "runs").glob("*/log"))
    curves = {path.name for path in draw_figures(place.figures, runs=runs, force=True)}
    shown = {"curves-waveform-VAEs.png": "the waveform VAEs", "curves-spectrogram-VAEs.png": "the spectrogram VAEs"}
    return Section(
        "VAEs",
        [*result.claims, *(line.lstrip("- ") for line in result.notes.split("\n- "))],
        [Table("Waveform and spectrogram VAEs, same clips, same time", head, rows)],
        [Figure(name, f"Training curves of {title}.") for name, title in shown.items() if name in curves],
    )


def distances_of_reconstructions(place: Workplace, minutes: float | None) -> Section:
    """Reconstructions of clips that were held out, under every convention of the Fréchet distance."""
    originals = place.vae_runs / "originals"
    shipped = place.out / "audio" / "shipped-reconstructed"
    _reconstruct(originals, shipped)
    text: list[str] = []
    tables: list[Table] = []
    for embedder in _embedders(text):
        tables += _distance_tables(embedder, originals, {
            "the paper's VAE": place.vae_runs / "audio" / PAPERS / "reconstructed",
            "the VAE that ships": shipped,
        })  # fmt: skip
    text.append(
        "The VAE that ships may have been trained on some of these clips, where their licence allows it; then its "
        "figures flatter it."
    )
    text.append(
        "The paper's Table 2 says that less is better and gives no reference values. Read every figure between its "
        "floor, what one half of the real clips scores against the other, and its ceiling, what white noise as loud "
        "scores. The four conventions are of different scales: the paper's figures fit per_clip alone."
    )
    return Section("Fréchet audio distances", text, tables)


def snippets(place: Workplace, minutes: float | None) -> Section:
    """Algorithm 1 for some test covers, with the paper's VAEs trained here and with the models that ship."""
    covers = pick(read_cover_split(place.cover_index).part("test"), SNIPPETS, place.seed)
    rows: list[list[Cell]] = []
    sounds, grid = [], []
    options = Options(DEFAULT_STRENGTHS[PERTURB], place.seed, engine=PERTURB)
    for name, models in {"the paper's VAEs": place.vae_runs / "models" / PAPERS, "as shipped": None}.items():
        folder = place.out / "audio" / f"snippets-{'shipped' if models is None else 'paper'}"
        shutil.rmtree(folder, ignore_errors=True)
        made = write_snippets(Img2Music(models), covers, folder, options)
        scores = score_folder(made, place.vae_runs / "originals")
        shares = {genre: share.heard for genre, share in scores.genres.items()}
        rows.append([name, scores.frechet, scores.floor, scores.kad, scores.genre,
                     *(shares.get(genre) for genre in GENRES)])  # fmt: skip
        for cover, path in _first_of_each_genre(covers, made):
            snippet = Snippet(load_audio(path, RATE), RATE, cover.genre)
            sounds.append(_keep(snippet, f"{cover.genre}, {name}", place))
            grid.append((f"{cover.genre}: {name}", snippet))
    save_figure(sound_grid(grid, 2, "Snippets for a cover of each genre"), place.figures / "snippets.png", True)
    return Section(
        "Snippets",
        [
            f"l̂ = l + α · v̂ with α = {DEFAULT_STRENGTHS[PERTURB]:g}, a snippet for each of {len(covers)} test "
            "covers in the cover's own genre. Sounds like: the share that musicnn's tags put into that genre.",
        ],
        tables=[
            Table(
                "Snippets against held-out real clips",
                ["models", "Fréchet", "floor", "KAD", "sounds like", *GENRES],
                rows,
            )
        ],
        figures=[Figure("snippets.png", "Waveform and mel spectrogram of a snippet of each genre.")],
        sounds=sounds,
    )


def _embedders(text: list[str]) -> list[Embedder]:
    """musicnn, and VGGish where its weights can be had; otherwise `text` says why not."""
    embedders = [load_embedder("musicnn")]
    try:
        embedders.append(load_embedder("vggish"))
    except Img2MusicError as problem:
        text.append(f"VGGish, the paper's embedder, is not here: {problem} Below are musicnn's embeddings instead.")
    return embedders


def _distance_tables(embedder: Embedder, originals: Path, reconstructions: dict[str, Path]) -> list[Table]:
    scores = {
        name: score_folder(folder, originals, embedder=embedder, per_genre=True)
        for name, folder in reconstructions.items()
    }
    overall: list[list[Cell]] = [
        [name, convention, *(score.overall.distances[convention][part] for part in ("value", "floor", "ceiling"))]
        for name, score in scores.items()
        for convention in (*CONVENTIONS, "infinity", "kad")
    ]
    genres: list[list[Cell]] = [
        [
            genre,
            FRECHET[genre],
            *(_per_clip(score, genre, part) for score in scores.values() for part in ("value", "ceiling")),
        ]
        for genre in GENRES
    ]
    heads = [f"{name}{suffix}" for name in scores for suffix in ("", ": noise")]
    return [
        Table(
            f"Reconstructions of held-out clips, {embedder.name}",
            ["VAE", "convention", "distance", "floor", "ceiling"],
            overall,
        ),
        Table(f"Table 2, per_clip, {embedder.name}", ["genre", "the paper's (VGGish)", *heads], genres),
    ]


def _per_clip(scores: FolderScores, genre: str, part: str) -> float | None:
    found = scores.by_genre.get(genre)
    return found.distances["per_clip"][part] if found else None


def _reconstruct(originals: Path, out: Path) -> None:
    """Every original through the models that ship; what an earlier run left in `out` goes."""
    shutil.rmtree(out, ignore_errors=True)
    img2music = Img2Music()
    for path in Sounds.below(originals).files:
        target = out / path.parent.name / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        img2music.reconstruct(path, path.parent.name).save(target, force=True)


def _first_of_each_genre(covers: list[Cover], made: Sounds) -> list[tuple[Cover, Path]]:
    """A cover of each genre that has one, and its snippet."""
    first: dict[str, tuple[Cover, Path]] = {}
    for cover, path in zip(covers, made.files, strict=True):
        first.setdefault(cover.genre, (cover, path))
    return [first[genre] for genre in GENRES if genre in first]


def _keep(snippet: Snippet, caption: str, place: Workplace) -> Sound:
    name = caption.replace(", ", "-").replace(" ", "-").replace("'", "") + ".ogg"
    place.sounds.mkdir(exist_ok=True)
    snippet.save(place.sounds / name, force=True)
    return Sound(name, caption)
