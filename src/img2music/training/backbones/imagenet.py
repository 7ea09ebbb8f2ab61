"""ImageNet weights of timm's networks: from the cache, else from the internet, whose silence is not waited for."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path

import timm
from huggingface_hub import constants, hf_hub_download
from huggingface_hub.errors import LocalEntryNotFoundError

from img2music.errors import ModelError

FILE = "model.safetensors"
PATIENCE = 5.0
"""Seconds to wait for the server's first answer; the hub's own client tries for more than a minute."""


def imagenet_weights(name: str) -> Path:
    """The file of ImageNet weights of timm's network `name`, downloaded unless it is cached.

    Raises `ModelError` when there are none or they cannot be fetched.
    """
    home = getattr(timm.get_pretrained_cfg(name), "hf_hub_id", None)
    if not home:
        raise ModelError(f"timm has no ImageNet weights of {name}; use --weights none.")
    try:
        return Path(hf_hub_download(home, FILE, local_files_only=True))
    except LocalEntryNotFoundError:
        pass
    if not _answers(constants.ENDPOINT):
        raise ModelError(f"ImageNet weights of {name} cannot be fetched: {constants.ENDPOINT} does not answer.")
    try:
        return Path(hf_hub_download(home, FILE))
    except Exception as error:  # the hub lets through whatever its own client raises
        raise ModelError(f"ImageNet weights of {name} cannot be fetched from {constants.ENDPOINT}.") from error


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(urllib.request.Request(address, method="HEAD"), timeout=PATIENCE).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
