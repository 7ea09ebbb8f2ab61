"""`export-stereo`: what was trained for two channels becomes part of a models folder."""

from __future__ import annotations

import json
from pathlib import Path

from img2music.errors import ModelError
from img2music.models.folder import DECODER, TRUNK, Models
from img2music.training.export.models import write_manifest
from img2music.training.export.recorded_figures import still_true
from img2music.training.export.run import known_facts, renewed
from img2music.training.side_predictor.export import export_predictor
from img2music.training.side_predictor.run import PREDICTOR, load_predictor
from img2music.training.spectrogram_vae.run import CLIPS
from img2music.training.stereo.export import export_stereo
from img2music.training.stereo.run import averaged


def replace_stereo(run: Path, models: Path, version: str) -> Path:
    """Put the side encoder, the decoder and the side predictor of `run` into the folder `models`, in place of its
    decoders of one channel; returns `models`.

    Encoder, banks, flow and what plays scores stay: they know the same latents as before. Figures of what was heard
    before are forgotten. Raises `ModelError` when the run or the models are missing.
    """
    trained_on, figures = known_facts(models)
    vae = averaged(run)
    if not (run / CLIPS).is_file():
        raise ModelError(f"{run} does not say in {CLIPS} what it learnt from; train it with `img2music train stereo`.")
    predictor = load_predictor(run / PREDICTOR, vae)
    learnt_from = json.loads((run / CLIPS).read_text(encoding="utf-8"))
    with renewed(models) as folder:
        for place in (folder, *(folder / genre for genre in Models(models).classes)):
            for old in (DECODER, TRUNK):
                (place / old).unlink(missing_ok=True)
        export_stereo(vae, folder)
        export_predictor(predictor, folder)
        write_manifest(
            folder, version, trained_on | {"stereo": learnt_from}, still_true(figures, "music"), Models(models).classes
        )
    return models
