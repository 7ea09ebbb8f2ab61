"""The figures that the manifest of a models folder records, and which of them hold after a part is replaced."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from img2music.errors import ModelError
from img2music.models.manifest import MANIFEST
from img2music.system.files import atomic_write

Part = Literal["classifier", "music", "flow"]
"""What can be replaced in a models folder: the classifier, VAEs with their banks, the latent flow."""

_MEASURED_ON: Mapping[str, frozenset[str]] = {
    "classifier": frozenset({"classifier"}),
    "classifier_split": frozenset({"classifier"}),
    "other_genres": frozenset({"classifier"}),
    "instruments": frozenset({"classifier"}),
    "reconstruction": frozenset({"music"}),
    **dict.fromkeys(("snippets", "relevance", "novelty", "quality"), frozenset({"classifier", "music", "flow"})),
}
"""What each figure that `evaluate --record` or an export writes depends on."""


def still_true(figures: Mapping[str, Any], replaced: Part) -> dict[str, Any]:
    """The figures that do not depend on the part that is replaced; those of unknown names are left out, too."""
    return {name: facts for name, facts in figures.items() if replaced not in _MEASURED_ON.get(name, {replaced})}


def record_figures(folder: Path, name: str, figures: dict[str, Any]) -> None:
    """Put measured figures into the manifest of a models folder, in place of earlier ones of that name.

    Raises `ModelError` when the manifest is not one that figures can be put into.
    """
    path = folder / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    known = manifest.setdefault("figures", {})
    if not isinstance(known, dict):
        raise ModelError(f"{path} is damaged: its figures are no object; export the models anew.")
    known[name] = figures
    with atomic_write(path, force=True) as temporary:
        temporary.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
