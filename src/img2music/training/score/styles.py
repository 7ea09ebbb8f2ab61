"""In which directions the style codes of clips differ from what their scores let expect."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save

from img2music.models.folder import STYLES
from img2music.synthesis.conditions import Conditions
from img2music.synthesis.style_code import style_code
from img2music.synthesis.style_space import StyleSpace
from img2music.system.files import atomic_write
from img2music.training.score.dataset import ScorePairs
from img2music.training.score.network import ScoreNetwork

DIRECTIONS = 16
"""Kept, at most."""


def style_space(network: ScoreNetwork, pairs: ScorePairs, most: int = 400) -> StyleSpace:
    """The style space of `most` pairs, which the network should not have learnt from: principal components of what
    their style codes have more than those of the means that the network gives without one."""
    found = []
    for conditioner, latents, code in pairs.every()[:most]:
        found.append(code - style_code(mean_of(network, conditioner(0, latents.shape[1]))))
    codes = np.stack(found)
    offset = codes.mean(0)
    _, lengths, directions = np.linalg.svd(codes - offset, full_matrices=False)
    scaled = directions * (lengths / np.sqrt(max(len(codes) - 1, 1)))[:, None]
    return StyleSpace(offset, scaled[:DIRECTIONS].astype(np.float32))


@torch.no_grad()
def mean_of(network: ScoreNetwork, given: Conditions) -> np.ndarray:
    """The mean `(C, S)` that the network gives without a style code."""
    owner = torch.zeros(len(given.instruments), dtype=torch.long)
    tensors = map(torch.from_numpy, (given.rolls, given.instruments, given.parts))
    means, _ = network(*tensors, owner, torch.from_numpy(given.piece)[None], torch.zeros(1, network.shape.style))
    found: np.ndarray = means[0].numpy()
    return found


def save_style_space(space: StyleSpace, folder: Path) -> None:
    """Write `styles.safetensors`."""
    tensors = {"offset": space.offset.astype(np.float16), "directions": space.directions.astype(np.float16)}
    with atomic_write(folder / STYLES, force=True) as temporary:
        temporary.write_bytes(save(tensors))
