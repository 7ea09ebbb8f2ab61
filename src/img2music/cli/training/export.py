"""`export` on the command line. Heavy imports wait until a command runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from img2music.cli.common.messages import writes_into
from img2music.cli.common.parameters import ClipsOption, CoversOption, OnlyShippableOption
from img2music.cli.training.train import PairsOption
from img2music.system.extras import needs

export_app = typer.Typer()

VersionOption = Annotated[str, typer.Option(help="Version of this set of models.")]
BankSizeOption = Annotated[int, typer.Option(help="Known embeddings per genre, at most.", min=1)]
BankClipsOption = Annotated[list[Path], typer.Option(help="Folder of the clips for the banks; repeatable.")]
VAEOption = Annotated[str, typer.Option(help="What the runs of the VAEs are called before -GENRE.")]
LearntFromOption = Annotated[Path, typer.Option(help="Models folder whose encoder the run learnt from, to put it in.")]


@export_app.command("export")
@writes_into("out")
def export(
    runs: Annotated[Path, typer.Option(help="Folder of runs: classifier, and VAE-GENRE for each genre.")],
    music: ClipsOption,
    covers: CoversOption,
    out: Annotated[Path, typer.Option(help="Models folder to write.")],
    version: VersionOption,
    bank_size: BankSizeOption = 120,
    only_shippable: OnlyShippableOption = False,
    vae: VAEOption = "vae",
    single: Annotated[bool, typer.Option("--single", help="The one VAE of the run VAE-all for every genre.")] = False,
) -> None:
    """Turn trained weights into a models folder for `generate --models`."""
    with needs("train"):
        from img2music.training.export.run import export_runs
    typer.echo(
        export_runs(
            runs,
            music,
            covers=covers,
            out=out,
            version=version,
            bank_size=bank_size,
            only_shippable=only_shippable,
            vae=vae,
            single=single,
        )
    )


@export_app.command("export-music")
@writes_into("models")
def export_music(
    runs: Annotated[Path, typer.Option(help="Folder of runs VAE-GENRE.")],
    music: BankClipsOption,
    models: Annotated[Path, typer.Option(help="Models folder whose VAEs and banks are replaced.")],
    version: VersionOption,
    bank_size: BankSizeOption = 120,
    only_shippable: OnlyShippableOption = False,
    vae: VAEOption = "vae",
) -> None:
    """Put newly trained VAEs and banks into a models folder, and leave its classifier as it is."""
    with needs("train"):
        from img2music.training.export.run import replace_music
    typer.echo(
        replace_music(
            runs, music, models=models, version=version, bank_size=bank_size, only_shippable=only_shippable, vae=vae
        )
    )


@export_app.command("export-banks")
@writes_into("models")
def export_banks(
    music: BankClipsOption,
    models: Annotated[Path, typer.Option(help="Models folder whose banks are replaced.")],
    version: VersionOption,
    bank_size: BankSizeOption = 120,
    only_shippable: OnlyShippableOption = False,
) -> None:
    """Put banks of other music into a models folder, and leave its networks as they are."""
    with needs("train"):
        from img2music.training.export.run import replace_banks
    typer.echo(replace_banks(music, models, version=version, bank_size=bank_size, only_shippable=only_shippable))


@export_app.command("export-flow")
@writes_into("models")
def export_flow(
    run: Annotated[Path, typer.Option(help="Folder of a `train flow` run.")],
    models: Annotated[Path, typer.Option(help="Models folder that the run learnt from, to put the flow in.")],
    version: VersionOption,
) -> None:
    """Put a newly trained latent flow into a models folder, and leave the rest as it is."""
    with needs("train"):
        from img2music.training.export.run import replace_flow
    typer.echo(replace_flow(run, models, version))


@export_app.command("export-classifier")
@writes_into("models")
def export_classifier(
    run: Annotated[Path, typer.Option(help="Folder of a `train classifier` run.")],
    covers: CoversOption,
    models: Annotated[Path, typer.Option(help="Models folder whose classifier is replaced.")],
    version: VersionOption,
) -> None:
    """Put a newly trained classifier into a models folder, and leave its music as it is."""
    with needs("train"):
        from img2music.training.export.run import replace_classifier
    typer.echo(replace_classifier(run, covers, models, version))


@export_app.command("export-stereo")
@writes_into("models")
def export_stereo(
    run: Annotated[Path, typer.Option(help="Folder of a `train stereo` run.")],
    models: LearntFromOption,
    version: VersionOption,
) -> None:
    """Put a trained decoder of two channels into a models folder, in place of its decoders of one."""
    with needs("train"):
        from img2music.training.stereo_models import replace_stereo
    typer.echo(replace_stereo(run, models, version))


@export_app.command("export-other-genres")
@writes_into("models")
def export_other_genres(
    run: Annotated[
        Path,
        typer.Option(help="Folder of a `train classifier` run on the models' genres, which come first, and others."),
    ],
    models: Annotated[Path, typer.Option(help="Models folder that shall say what it does not play.")],
    version: VersionOption,
) -> None:
    """Let models say which other genre a picture looks like; they play the nearest of their own."""
    with needs("train"):
        from img2music.training.other_genre_models import add_other_genres
    typer.echo(add_other_genres(run, models, version))


@export_app.command("export-instruments")
@writes_into("models")
def export_instruments(
    run: Annotated[Path, typer.Option(help="Folder of a `train instruments` run.")],
    models: Annotated[Path, typer.Option(help="Models folder that shall know instruments in drawings.")],
    version: VersionOption,
) -> None:
    """Let models recognise musical instruments in drawings."""
    with needs("train"):
        from img2music.training.instruments.export import add_instruments
    typer.echo(add_instruments(run, models, version))


@export_app.command("export-score")
@writes_into("models")
def export_score(
    run: Annotated[Path, typer.Option(help="Folder of a `train score` run.")],
    pairs: PairsOption,
    models: LearntFromOption,
    version: VersionOption,
    flow: Annotated[Path | None, typer.Option(help="Folder of a `train score-flow` run on top of it.")] = None,
    stems: Annotated[Path | None, typer.Option(help="Folder of a `train stems` run.")] = None,
) -> None:
    """Put a trained network for scores into a models folder, and leave the rest as it is."""
    with needs("train"):
        from img2music.training.score_models import replace_score
    typer.echo(replace_score(run, pairs, models, version, flow, stems))
