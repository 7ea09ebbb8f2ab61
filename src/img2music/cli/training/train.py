"""`train` on the command line. Heavy imports wait until a command runs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from img2music.cli.common.messages import writes_into
from img2music.cli.common.parameters import ClipsOption, CoversOption, OnlyShippableOption, complete_genre
from img2music.errors import OptionError
from img2music.genres import GENRES, check_genre, own_genres
from img2music.system.extras import needs

FOUR = ",".join(GENRES)

train_app = typer.Typer(help="Train models on your own covers and music.", no_args_is_help=True)

RecipeOption = Annotated[str, typer.Option(help="Recipe by name, or a YAML file.")]
OutOption = Annotated[Path, typer.Option(help="Folder of the run; the same one again continues it.")]
GenreOption = Annotated[
    str | None, typer.Option(help="One genre; all of them when left out.", autocompletion=complete_genre)
]
GenresOption = Annotated[str, typer.Option(help="Which genres there are, separated by commas.")]
EncoderOption = Annotated[
    Path | None, typer.Option(help="Models folder whose encoder is used; the bundled one when left out.")
]
PairsOption = Annotated[Path, typer.Option(help="Folder that `corpus pairs` wrote.")]
LimitOption = Annotated[int | None, typer.Option(help="Clips of each genre, at most.", min=1)]
MinutesOption = Annotated[float | None, typer.Option(help="Of training, at most; reading clips comes on top.", min=0)]


@train_app.command("backbone")
@writes_into("out")
def train_backbone(
    covers: CoversOption,
    out: OutOption,
    recipe: RecipeOption = "distillation",
) -> None:
    """Distil a backbone from EfficientNet-Lite2 on covers, without labels."""
    with needs("train"):
        from img2music.training.common.recipe import DistillationRecipe, read_recipe
        from img2music.training.distillation.run import distil
    typer.echo(distil(read_recipe(DistillationRecipe, recipe), covers, out))


@train_app.command("classifier")
@writes_into("out")
def train_classifier(
    covers: CoversOption,
    out: OutOption,
    recipe: RecipeOption = "classifier",
    fold: Annotated[int, typer.Option(help="Which of the five splits, 0 to 4.", min=0, max=4)] = 0,
    start: Annotated[Path | None, typer.Option(help="Weights of a distilled backbone.")] = None,
    views: Annotated[Path | None, typer.Option(help="Folder of stored views, shared by splits.")] = None,
    weights: Annotated[
        str,
        typer.Option(
            help="none; imagenet: timm's, from the internet; auto: these if they can be had; or a file or folder of "
            "weights under timm's or torchvision's names."
        ),
    ] = "none",
    split: Annotated[Path | None, typer.Option(help="CSV of files and parts instead of a fold.")] = None,
    names: Annotated[Path | None, typer.Option(help="Folder of tables of names, from which words learn.")] = None,
    genres: GenresOption = FOUR,
) -> None:
    """Train a genre classifier and measure it on the covers held out."""
    with needs("train"):
        from img2music.training.classifier.run import train_classifier as run
        from img2music.training.common.recipe import ClassifierRecipe, read_recipe
    wanted = own_genres(genres)
    if len(wanted) < 2:
        raise OptionError(f"A classifier cannot tell {wanted[0]} from nothing; give --genres of two or more.")
    chosen = read_recipe(ClassifierRecipe, recipe)
    report = run(
        chosen,
        covers,
        out=out,
        fold=fold,
        start=start,
        weights=weights,
        views=views,
        split=split,
        genres=wanted,
        names=names,
    )
    typer.echo(json.dumps(report.to_json(), indent=1))


@train_app.command("instruments")
@writes_into("out")
def train_instruments(
    pictures: Annotated[
        Path,
        typer.Option(help="Folder of drawings HAND/INSTRUMENT/NAME.png; those of no instrument are in HAND/nothing."),
    ],
    out: OutOption,
    models: Annotated[
        Path | None, typer.Option(help="Models folder whose classifier looks at them; the bundled one when left out.")
    ] = None,
    layouts: Annotated[int, typer.Option(help="How often each instrument is laid on another background.", min=0)] = 4,
    seed: Annotated[int, typer.Option(help="Another seed lays them out otherwise.")] = 0,
) -> None:
    """Train the layer that recognises musical instruments in drawings."""
    with needs("train"):
        from img2music.training.instruments.run import train_instruments as run
    typer.echo(run(pictures, out, models, layouts, seed))


@train_app.command("vae")
@writes_into("out")
def train_vae(
    music: ClipsOption,
    out: OutOption,
    genre: GenreOption = None,
    genres: GenresOption = FOUR,
    recipe: Annotated[str | None, typer.Option(help="Recipe by name, or a YAML file.")] = None,
    start: Annotated[Path | None, typer.Option(help="Weights of a VAE, or a models folder, to begin from.")] = None,
    only_shippable: OnlyShippableOption = False,
    leave_out: Annotated[
        list[str] | None, typer.Option(help="Names of clips to keep for testing, such as 'live-*'; repeatable.")
    ] = None,
    limit: LimitOption = None,
    minutes: MinutesOption = None,
) -> None:
    """Train the variational autoencoder of one genre, or one of all genres to begin from."""
    with needs("train"):
        from img2music.training.common.recipe import VAERecipe, read_recipe
        from img2music.training.spectrogram_vae.run import train_vae as run
    wanted = own_genres(genres)
    chosen = None if genre is None else check_genre(genre, wanted)
    name = recipe or ("vae-genre" if start else "vae")
    clips = (chosen, start, only_shippable, limit, minutes, leave_out or (), wanted)
    typer.echo(run(read_recipe(VAERecipe, name), music, out, *clips))


@train_app.command("flow")
@writes_into("out")
def train_flow(
    music: ClipsOption,
    out: OutOption,
    recipe: RecipeOption = "flow",
    models: EncoderOption = None,
    start: Annotated[Path | None, typer.Option(help="Weights of a flow, or a models folder, to begin from.")] = None,
    only_shippable: OnlyShippableOption = False,
    limit: LimitOption = None,
    minutes: MinutesOption = None,
) -> None:
    """Train the latent flow, which makes new embeddings of known ones."""
    with needs("train"):
        from img2music.training.common.recipe import FlowRecipe, read_recipe
        from img2music.training.flow.run import train_flow as run
    typer.echo(
        run(
            read_recipe(FlowRecipe, recipe),
            music,
            out=out,
            models=models,
            only_shippable=only_shippable,
            limit=limit,
            minutes=minutes,
            start=start,
        )
    )


@train_app.command("stereo")
@writes_into("out")
def train_stereo(
    music: ClipsOption,
    out: OutOption,
    start: Annotated[Path, typer.Option(help="Models folder to begin from, or weights of a run.")],
    models: EncoderOption = None,
    recipe: RecipeOption = "stereo",
    predictor: Annotated[str, typer.Option(help="Recipe of the side predictor.")] = "side-predictor",
    only_shippable: OnlyShippableOption = False,
    limit: LimitOption = None,
    minutes: MinutesOption = None,
) -> None:
    """Train the decoder of two channels and the VAE of its side, and then what predicts the side."""
    with needs("train"):
        from img2music.training.common.recipe import PredictorRecipe, StereoRecipe, read_recipe
        from img2music.training.stereo_training import train_whole
    typer.echo(
        train_whole(
            read_recipe(StereoRecipe, recipe),
            read_recipe(PredictorRecipe, predictor),
            music,
            out=out,
            start=start,
            models=models,
            only_shippable=only_shippable,
            limit=limit,
            minutes=minutes,
        )
    )


@train_app.command("score")
def train_score(
    pairs: PairsOption,
    out: OutOption,
    recipe: RecipeOption = "score",
    start: Annotated[
        Path | None, typer.Option(help="Folder of a `train score` run, or of models, to begin from.")
    ] = None,
    minutes: MinutesOption = None,
) -> None:
    """Train the network from a score to the mean of its embeddings."""
    with needs("train"):
        from img2music.training.common.recipe import ScoreRecipe, read_recipe
        from img2music.training.score.run import train_score as run
    typer.echo(run(read_recipe(ScoreRecipe, recipe), pairs, out, minutes, start))


@train_app.command("score-flow")
def train_score_flow(
    pairs: PairsOption,
    start: Annotated[Path, typer.Option(help="Folder of a `train score` run, on top of which the flow works.")],
    out: OutOption,
    recipe: RecipeOption = "score-flow",
    minutes: MinutesOption = None,
) -> None:
    """Train the flow that adds to a score network's mean what only the sound has."""
    with needs("train"):
        from img2music.training.common.recipe import ScoreFlowRecipe, read_recipe
        from img2music.training.score.run import train_score_flow as run
    typer.echo(run(read_recipe(ScoreFlowRecipe, recipe), pairs, start, out, minutes))


@train_app.command("stems")
@writes_into("out")
def train_stems(
    examples: Annotated[Path, typer.Option(help="Folder that `corpus stems` wrote.")],
    out: OutOption,
    recipe: RecipeOption = "stems",
    minutes: MinutesOption = None,
) -> None:
    """Train the masks that take the sound of a score apart."""
    with needs("train"):
        from img2music.training.common.recipe import StemRecipe, read_recipe
        from img2music.training.stems.run import train_stems as run
    typer.echo(run(read_recipe(StemRecipe, recipe), examples, out, minutes))


@train_app.command("waveform-vae")
@writes_into("out")
def train_waveform_vae(
    music: ClipsOption,
    out: OutOption,
    genre: GenreOption = None,
    genres: GenresOption = FOUR,
    recipe: Annotated[
        str, typer.Option(help="waveform-vae: the paper's; waveform-sigma-vae: with the best σ; or a YAML file.")
    ] = "waveform-vae",
    limit: LimitOption = None,
    epochs: Annotated[int | None, typer.Option(help="Instead of the recipe's.", min=1)] = None,
    minutes: MinutesOption = None,
) -> None:
    """Train the paper's variational autoencoder, on samples: of one genre, or a single one of all genres."""
    with needs("train"):
        from img2music.training.common.recipe import WaveformRecipe, read_recipe
        from img2music.training.waveform_vae.run import train_waveform_vae as run
    every = own_genres(genres)
    chosen = None if genre is None else check_genre(genre, every)
    known = read_recipe(WaveformRecipe, recipe)
    wanted = known if epochs is None else replace(known, epochs=epochs)
    typer.echo(run(wanted, music, out=out, genre=chosen, limit=limit, minutes=minutes, genres=every))
