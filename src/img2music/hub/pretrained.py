"""Models on the Hugging Face Hub: saving a folder that can be uploaded as it is, and fetching one by its name."""

from __future__ import annotations

import json
import re
from pathlib import Path

from img2music.errors import ModelError, OptionError, OutputError
from img2music.hub.folders import atomic_folder
from img2music.hub.model_card import card, config
from img2music.models.folder import Models
from img2music.models.manifest import MANIFEST
from img2music.system.extras import needs
from img2music.system.files import atomic_write, reason

CONFIG, CARD = "config.json", "README.md"
PATTERNS = ["*.json", "*.onnx", "*.safetensors", CARD]
"""The only files that are ever fetched."""
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")


def models_folder(source: str | Path, revision: str | None = None, local_files_only: bool = False) -> Path:
    """The folder of models that `source` names.

    That is a folder itself, used without network access, or `organisation/name` on the Hub at `revision`; with
    `local_files_only` only the Hub's local cache is searched.

    Raises `ModelError` when there are no such models, and `OptionError` for a revision of a folder and when the extra
    `hub` is needed but not installed.
    """
    folder = Path(source)
    if folder.is_dir():
        if revision is not None:
            raise OptionError(f"{folder} is a folder, which has no revisions; leave the revision out.")
    elif _NAME.fullmatch(str(source)):
        folder = _fetch(str(source), revision, local_files_only)
    else:
        raise ModelError(f"There is no folder {source}; give one with models, or a name such as organisation/name.")
    Models(folder).manifest  # noqa: B018  raises when there are no models
    return folder


def save_models(models: Models, folder: Path) -> Path:
    """Write the models to `folder` with a `config.json` and a model card, and return it.

    The folder appears whole or not at all. An existing one is replaced if it is empty or holds models and nothing else.
    Raises `OutputError` when it holds anything else or cannot be written, and `ModelError` when a model is missing or
    does not match its checksum.
    """
    _check_replaceable(folder)
    made = {MANIFEST: models.manifest.json, CONFIG: config(models)}
    text = card(models)
    with atomic_folder(folder) as temporary:
        for name in models.manifest.files:
            _write(temporary / name, models.read(name))
        for name, facts in made.items():
            _write(temporary / name, (json.dumps(facts, indent=1) + "\n").encode())
        _write(temporary / CARD, text.encode())
    return folder


def _fetch(name: str, revision: str | None, local_files_only: bool) -> Path:
    with needs("hub"):
        from huggingface_hub import snapshot_download
    try:
        folder = snapshot_download(name, revision=revision, local_files_only=local_files_only, allow_patterns=PATTERNS)
    except Exception as error:  # of HTTP, of names, of the cache: several libraries have their own
        where = "among the models fetched before" if local_files_only else "on the Hub"
        advice = "check the name, the revision and the network"
        raise ModelError(f"{name} cannot be found {where} ({type(error).__name__}); {advice}.") from error
    return Path(folder)


def _check_replaceable(folder: Path) -> None:
    try:
        if folder.exists() and not folder.is_dir():
            raise OutputError(f"{folder} is a file; choose another folder.")
        there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    except (OSError, ValueError) as problem:
        raise OutputError(f"Cannot write {folder}: {reason(problem)}.") from problem
    if not there:
        return
    if MANIFEST not in there:
        raise OutputError(f"{folder} is not empty and holds no models; choose another folder.")
    others = there - {MANIFEST, CONFIG, CARD, *Models(folder).manifest.files}
    if others:
        raise OutputError(f"{folder} holds {min(others)} besides models; choose another folder.")


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path, force=True) as temporary:
        temporary.write_bytes(data)
