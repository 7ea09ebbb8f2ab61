"""Recipes that train in a second, and the music they train on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from img2music.audio.stft import RATE
from img2music.training.common.recipe import ClassifierRecipe, FlowRecipe, VAERecipe

TINY_VAE = VAERecipe(
    width=16,
    expansion=2,
    encoder_blocks=1,
    decoder_blocks=1,
    latent=8,
    kernel=5,
    frames=16,
    batch=2,
    steps=4,
    steps_per_epoch=2,
    learning_rate=1e-3,
    weight_decay=0.01,
    beta=1.0,
    warmup_steps=2,
    mel_weight=1.0,
    held_out=0.34,
    seed=0,
)
TINY_CLASSIFIER = ClassifierRecipe(
    network="test_convnext",
    views=0,
    training_size=32,
    size=32,
    batch=8,
    epochs=2,
    patience=2,
    optimizer="adam",
    learning_rate=1e-2,
    backbone_rate=1e-3,
    weight_decay=0.0,
    label_smoothing=0.1,
    mixup=0.2,
    balance=0.3,
    drop_path=0.0,
    seed=0,
)
TINY_FLOW = FlowRecipe(
    width=16,
    expansion=2,
    blocks=1,
    kernel=3,
    steps_per_crop=64,
    versions=2,
    batch=2,
    steps=4,
    steps_per_epoch=2,
    learning_rate=1e-3,
    weight_decay=0.01,
    condition_dropout=0.5,
    held_out=0.34,
    seed=0,
)


def write_clips(folder: Path, seconds: float) -> Path:
    """Three clips of pop, each a chord with a little noise."""
    (folder / "Pop").mkdir(parents=True)
    time = np.arange(round(seconds * RATE)) / RATE
    for number in range(3):
        noise = np.random.default_rng(number).standard_normal(len(time))
        tones = sum(np.sin(2 * np.pi * 110 * (number + k) * time) for k in (2, 3, 4))
        soundfile.write(folder / "Pop" / f"song-{number}.wav", 0.1 * tones + 0.01 * noise, RATE)
    return folder
