"""Seconds of one training step of the VAEs' and the flow's recipes, on a few clips."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

CLIPS = 2
"""Of each genre."""


def training_steps(music: Path, steps: int) -> dict[str, object]:
    """Seconds a step by recipe, without reading clips."""
    from img2music.training.common.budget import spent
    from img2music.training.common.recipe import FlowRecipe, VAERecipe, WaveformRecipe, read_recipe
    from img2music.training.flow.run import train_flow
    from img2music.training.spectrogram_vae.run import train_vae
    from img2music.training.waveform_vae.run import train_waveform_vae

    few = {"steps": steps, "steps_per_epoch": steps}
    figures: dict[str, object] = {"steps": steps}
    with tempfile.TemporaryDirectory() as folder:
        runs = {name: Path(folder, name) for name in ("vae", "flow", "waveform-vae")}
        train_vae(replace(read_recipe(VAERecipe, "vae"), **few), [music], runs["vae"], limit=CLIPS)
        flow = replace(read_recipe(FlowRecipe, "flow"), versions=1, **few)
        train_flow(flow, [music], runs["flow"], limit=CLIPS)
        waveform = replace(read_recipe(WaveformRecipe, "waveform-vae"), epochs=1)
        train_waveform_vae(waveform, [music], runs["waveform-vae"], limit=CLIPS)
        for name, run in runs.items():
            minutes, count = spent(run)
            figures[f"{name}_s"] = round(60 * minutes / max(count, 1), 3)
    return figures
