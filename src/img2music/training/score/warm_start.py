"""A score network that begins from another one, which may have known fewer conditions or given fewer channels."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from img2music.errors import OptionError
from img2music.training.score.network import OLD_NAMES, ScoreNetwork

Columns = list[tuple[slice, slice]]
"""Where columns go, and where they come from."""


def begin_from(network: ScoreNetwork, weights: Mapping[str, Tensor]) -> None:
    """Take over the weights of another score network: what that one did not know has no effect, what it did not give
    is given from scratch.

    Conditions and channels of latents may only have been added, each after those that there were. Raises
    `OptionError` when the networks differ in anything else.
    """
    for old, new in OLD_NAMES.items():
        weights = {name.replace(old, new): value for name, value in weights.items()}
    own = network.state_dict()
    latent = network.shape.latent
    try:
        before = len(weights["leave.bias"])
        piece = weights["modulation.0.weight"].shape[1] - (2 * before + 1)
        own_piece = own["modulation.0.weight"].shape[1] - (2 * latent + 1)
        columns = {
            "parts.modulation.0.weight": _leading(weights["parts.modulation.0.weight"].shape[1]),
            "modulation.0.weight": _conditions(piece, before, own_piece, latent),
        }
        with torch.no_grad():
            for name, mine in own.items():
                theirs = weights[name]
                if name in columns:
                    mine.zero_()
                    for to, source in columns[name]:
                        mine[:, to] = theirs[:, source]
                elif name in ("leave.weight", "leave.bias"):
                    mine[: len(theirs)] = theirs
                elif name == "parts.embedding.weight":
                    mine.copy_(theirs.repeat(len(mine) // len(theirs), 1))
                elif mine.shape == theirs.shape:
                    mine.copy_(theirs)
                else:
                    raise ValueError(name)
    except (KeyError, ValueError, RuntimeError, IndexError) as error:
        raise OptionError("the network to start from is of another shape than the recipe's.") from error


def _leading(count: int) -> Columns:
    return [(slice(count), slice(count))]


def _conditions(piece: int, latent: int, new_piece: int, new_latent: int) -> Columns:
    """Columns of the conditions of a network: those of the piece, means and deviations of a style code, and whether
    there is one."""
    if piece > new_piece or latent > new_latent:
        raise ValueError("there were more of them")
    found = _leading(piece)
    for part in (0, 1):  # means, deviations
        to, source = new_piece + part * new_latent, piece + part * latent
        found.append((slice(to, to + latent), slice(source, source + latent)))
    return [*found, (slice(-1, None), slice(-1, None))]
