"""`evaluate audio`, `corpus` and `novelty` on the command line: folders of recordings. Heavy imports wait until a
command runs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from img2music.cli.common.parameters import ModelsOption
from img2music.cli.common.results import JsonOption, RecordOption, check_record, name_left_out, show
from img2music.cli.common.results import record as put_on_record
from img2music.errors import OptionError
from img2music.metrics.embedders.registry import EMBEDDERS, Embedder, load_embedder
from img2music.system.extras import needs

music_app = typer.Typer()


@music_app.command("audio")
def evaluate_audio(
    generated: Annotated[Path, typer.Argument(help="Folder of snippets, best with one sub-folder per genre.")],
    reference: Annotated[Path, typer.Argument(help="Folder of real clips to compare them with.")],
    training: Annotated[Path | None, typer.Option(help="Folder of the clips trained on, to look for copies.")] = None,
    embedder: Annotated[str, typer.Option(help=f"What listens: {' or '.join(EMBEDDERS)}.")] = "musicnn",
    vggish_weights: Annotated[
        Path | None, typer.Option(help="File of VGGish's weights; without, they are fetched once and kept.")
    ] = None,
    per_genre: Annotated[bool, typer.Option("--per-genre", help="Distances for each genre's sub-folder too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Compare a folder of snippets with a folder of real clips: every distance between its floor, what one half of
    the real clips scores against the other, and its ceiling, white noise as loud as the snippets."""
    with needs("eval"):
        from img2music.evaluation.audio import score_folder
        from img2music.evaluation.tables import score_tables
    scores = score_folder(
        generated, reference, training=training, embedder=_embedder(embedder, vggish_weights), per_genre=per_genre
    )
    name_left_out(scores.left_out)
    show(scores.to_json(), as_json, lambda: score_tables(scores))


@music_app.command("corpus")
def evaluate_corpus(
    corpus: Annotated[Path, typer.Argument(help="Folder of `corpus build`.")],
    reference: Annotated[Path | None, typer.Option(help="Folder of real clips to compare it with.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Say how varied a corpus is: tempo, key, density, and how alike its clips sound, beside real ones."""

    with needs("eval"):
        from img2music.evaluation.tables import variety_table
        from img2music.evaluation.variety import corpus_variety
    found = corpus_variety(corpus, reference)
    facts = {genre: variety.to_json() for genre, variety in found.items()}
    show(facts, as_json, lambda: [variety_table(found)])


@music_app.command("novelty")
def evaluate_novelty(
    generated: Annotated[Path, typer.Argument(help="Folder of snippets, such as `evaluate snippets` leaves.")],
    training: Annotated[Path, typer.Argument(help="Folder of the clips trained on.")],
    models: ModelsOption = None,
    record: RecordOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say whether snippets are new music or copies of clips trained on."""
    check_record(record, models)
    with needs("eval"):
        from img2music.evaluation.novelty import novelty
        from img2music.evaluation.tables import novelty_table
    found = novelty(generated, training)
    if record:
        put_on_record(models, "novelty", asdict(found))
    show(asdict(found), as_json, lambda: [novelty_table(found)])


def _embedder(name: str, vggish_weights: Path | None) -> Embedder:
    with needs("eval"):
        if vggish_weights is None:
            return load_embedder(name)
        if name != "vggish":
            raise OptionError("--vggish-weights goes with --embedder vggish.")
        from img2music.metrics.embedders.vggish import load_vggish

        return load_vggish(vggish_weights)
