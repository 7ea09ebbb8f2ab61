"""Trained VAEs of both kinds, as a run leaves them."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from torch import nn

from img2music.errors import ModelError
from img2music.generation.representation import Representation
from img2music.training.common.complexity import parameter_count
from img2music.training.common.recipe import VAERecipe, WaveformRecipe, read_recipe
from img2music.training.spectrogram_vae.run import WEIGHTS as SPECTROGRAM
from img2music.training.spectrogram_vae.run import load_vae
from img2music.training.waveform_vae.run import WEIGHTS as WAVEFORM
from img2music.training.waveform_vae.run import load_waveform_vae


class VAE(Protocol):
    """What all kinds share: `encoder` takes rows `(B, F, W)` of `representation` to mean and log variance
    `(B, C, S)`, `decoder` takes latents `(B, C, S)` to rows."""

    @property
    def representation(self) -> Representation: ...

    @property
    def encoder(self) -> nn.Module: ...

    @property
    def decoder(self) -> nn.Module: ...

    def decoder_parts(self) -> tuple[nn.Module, ...]:
        """What takes latents to rows, one after the other: one part, or two of which genres share the first."""
        ...


def is_trained(run: Path) -> bool:
    """Whether the folder `run` holds the weights of a VAE."""
    return (run / SPECTROGRAM).is_file() or (run / WAVEFORM).is_file()


def vae_parameters(vae: VAE) -> int:
    """How many numbers a VAE's networks hold."""
    return parameter_count(vae.encoder) + parameter_count(vae.decoder)


def load_trained(run: Path) -> VAE:
    """The VAE of a run of `train vae` or `train waveform-vae`, ready to encode and decode.

    Raises `ModelError` when there is none.
    """
    if (run / WAVEFORM).is_file():
        return load_waveform_vae(read_recipe(WaveformRecipe, run / "recipe.yaml"), run / WAVEFORM)
    if (run / SPECTROGRAM).is_file():
        return load_vae(read_recipe(VAERecipe, run / "recipe.yaml"), run / SPECTROGRAM)
    raise ModelError(f"{run} holds no trained VAE; run `img2music train vae --out {run}` first.")
