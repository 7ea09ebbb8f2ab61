"""`corpus` on the command line. Heavy imports wait until the command runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from img2music.cli.common.messages import writes_into
from img2music.cli.common.parameters import ModelsOption
from img2music.cli.common.sounds import DrumsOption, SampledOption, SoundfontsOption, sounds_of
from img2music.errors import OptionError
from img2music.genres import GENRES, check_genre
from img2music.system.extras import needs

corpus_app = typer.Typer(help="Compose and render music to train on.", no_args_is_help=True)


@corpus_app.command("build")
@writes_into("out")
def build(
    out: Annotated[Path, typer.Option(help="Folder to write to; the same one again continues it.")],
    clips: Annotated[int, typer.Option(help="Clips per genre, 20 s each.", min=1)] = 90,
    genre: Annotated[list[str] | None, typer.Option(help="Only this genre; repeatable.")] = None,
    soundfont: Annotated[
        Path | None, typer.Option(help="An SF2 file; FluidR3 GM if installed, else pretty_midi's.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed composes other music.", min=0)] = 0,
    jobs: Annotated[int, typer.Option(help="Processes.", min=1)] = 1,
) -> None:
    """Write clips of each genre and a manifest of their origins; the same seed gives the same bytes."""
    with needs("corpus", "pip install --no-deps tinysoundfont"):
        from img2music.corpus.build import build_corpus
    if soundfont is not None and not soundfont.is_file():
        raise OptionError(f"{soundfont} is no file; give an SF2 soundfont.")
    chosen = GENRES if not genre else tuple(check_genre(name) for name in genre)
    entries = build_corpus(out, chosen, clips=clips, soundfont=soundfont, seed=seed, jobs=jobs)
    typer.echo(f"{out}: {len(entries)} clips")


@corpus_app.command("pairs")
@writes_into("out")
def pairs(
    out: Annotated[Path, typer.Option(help="Folder to write to; the same one again continues it.")],
    scores: Annotated[int, typer.Option(help="Scores of each genre to learn from.", min=1)] = 600,
    held_out: Annotated[
        int, typer.Option(help="Scores of each genre for validation, and as many for a test.", min=1)
    ] = 20,
    soundfont: SoundfontsOption = None,
    sampled: SampledOption = None,
    drums: DrumsOption = None,
    models: ModelsOption = None,
) -> None:
    """Compose scores, and write what the network for scores learns from: how each is played, and its embedding."""
    with needs("corpus", "pip install --no-deps tinysoundfont"):
        from img2music.models.folder import Models
        from img2music.training.score_corpus import build_pairs
    found, sounds = Models(models), sounds_of(soundfont, sampled, drums)
    for use, count in (("validation", held_out), ("test", held_out), ("training", scores)):
        written = sum(1 for _ in build_pairs(out, found, sounds, range(count), use))
        typer.echo(f"{out / use}: {written} pairs")


@corpus_app.command("produce")
@writes_into("out")
def produce(
    out: Annotated[Path, typer.Option(help="Folder to write to; the same one again continues it.")],
    clips: Annotated[int, typer.Option(help="Clips per genre, 16 s each.", min=1)] = 90,
    genre: Annotated[list[str] | None, typer.Option(help="Only this genre; repeatable.")] = None,
    soundfont: SoundfontsOption = None,
    sampled: SampledOption = None,
    drums: DrumsOption = None,
    mixes: Annotated[int, typer.Option(help="Mixes of each score.", min=1)] = 1,
    stems: Annotated[bool, typer.Option("--stems", help="Write the stems of each role as well.")] = False,
    seed: Annotated[int, typer.Option(help="Another seed composes other music.", min=0)] = 0,
    jobs: Annotated[int, typer.Option(help="Processes.", min=1)] = 1,
) -> None:
    """Write clips of each genre as stereo records at 44.1 kHz; the same seed and sounds give the same bytes."""
    with needs("corpus", "pip install --no-deps tinysoundfont"):
        from img2music.corpus.studio.build import build_stereo
    chosen = GENRES if not genre else tuple(check_genre(name) for name in genre)
    sounds = sounds_of(soundfont, sampled, drums)
    entries = build_stereo(out, sounds, genres=chosen, clips=clips, seed=seed, jobs=jobs, stems=stems, mixes=mixes)
    typer.echo(f"{out}: {len(entries)} clips")


@corpus_app.command("stems")
@writes_into("out")
def stem_examples(
    out: Annotated[Path, typer.Option(help="Folder to write to; the same one again continues it.")],
    scores: Annotated[int, typer.Option(help="Scores of each genre to learn from, 4 MB each.", min=1)] = 80,
    held_out: Annotated[int, typer.Option(help="Scores of each genre for validation and for a test.", min=1)] = 10,
    soundfont: SoundfontsOption = None,
    sampled: SampledOption = None,
    drums: DrumsOption = None,
    models: ModelsOption = None,
) -> None:
    """Compose scores, and write what masks of stems learn from: embeddings, and whose each bin of the sound is."""
    with needs("corpus", "pip install --no-deps tinysoundfont"):
        from img2music.models.folder import Models
        from img2music.training.score_corpus import build_examples
    found, sounds = Models(models), sounds_of(soundfont, sampled, drums)
    for use, count in (("validation", held_out), ("test", held_out), ("training", scores)):
        written = sum(1 for _ in build_examples(out, found, sounds, range(count), use))
        typer.echo(f"{out / use}: {written} examples")
