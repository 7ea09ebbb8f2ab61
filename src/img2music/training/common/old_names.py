"""Weights that were stored when a layer or a buffer had another name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import nn


def accept_old_names(module: nn.Module, names: Mapping[str, str]) -> None:
    """Let `module` load weights under old names, too: `names` are beginnings of names within it, old and new ones."""

    def rename(_: nn.Module, weights: dict[str, Any], prefix: str, *__: Any) -> None:
        for key in list(weights):
            for old, new in names.items():
                if key.startswith(prefix + old):
                    weights[prefix + new + key.removeprefix(prefix + old)] = weights.pop(key)

    module.register_load_state_dict_pre_hook(rename)
