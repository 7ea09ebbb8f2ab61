"""`export-score`: what was trained for scores becomes part of a models folder."""

from __future__ import annotations

from pathlib import Path

from img2music.models.folder import SCORE_FLOW, Models
from img2music.training.export.models import write_manifest
from img2music.training.export.run import known_facts, renewed
from img2music.training.score.dataset import ScorePairs
from img2music.training.score.export import export_score_flow, export_score_network
from img2music.training.score.run import PACE, load_score_flow, load_score_network
from img2music.training.score.styles import save_style_space, style_space
from img2music.training.score.textures import save_texture, texture
from img2music.training.stems.run import export_stem_network, load_stem_network


def replace_score(
    run: Path, pairs: Path, models: Path, version: str, flow: Path | None = None, stems: Path | None = None
) -> Path:
    """Put the score network of `run`, the flow on top of it of the run `flow`, and the masks of the run `stems`, into
    the folder `models` in place of its own; returns `models`. Without a `flow` there is none, without `stems` they
    stay as they are.

    The style space is that of `pairs/validation`, the texture that of `pairs/training`. Raises `ModelError` when a run
    or the models are missing, and `AudioError` when there are no pairs.
    """
    trained_on, figures = known_facts(models)
    network = load_score_network(run)
    top = None if flow is None else load_score_flow(flow, network.shape)
    masks = None if stems is None else load_stem_network(stems)
    space = style_space(network, ScorePairs(pairs / "validation", PACE))
    learnt = ScorePairs(pairs / "training", PACE)
    trained_on = trained_on | {"score": {"pairs": len(learnt.every())}}
    with renewed(models) as folder:
        (folder / SCORE_FLOW).unlink(missing_ok=True)
        export_score_network(network, folder)
        save_style_space(space, folder)
        save_texture(texture(network, learnt), folder)
        if top is not None:
            export_score_flow(top, folder)
        if masks is not None:
            export_stem_network(masks, folder)
        write_manifest(folder, version, trained_on, figures, Models(models).classes)
    return models
