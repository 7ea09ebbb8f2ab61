"""Where an experiment of the paper finds its data and leaves what it made."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Workplace:
    """`covers` and `music` are the user's folders; everything is written below `out`."""

    covers: Path
    music: Path
    out: Path
    seed: int = 0

    @property
    def figures(self) -> Path:
        """The folder of the report's figures."""
        return self.out / "figures"

    @property
    def sounds(self) -> Path:
        """The folder of the report's sounds."""
        return self.out / "sounds"

    @property
    def cover_index(self) -> Path:
        """Checked covers without duplicates, with their splits."""
        return self.out / "covers-index"

    @property
    def music_index(self) -> Path:
        """Checked clips without duplicates, with their split."""
        return self.out / "music-index"

    @property
    def classifier_runs(self) -> Path:
        """The runs of the classifiers compared."""
        return self.out / "classifiers"

    @property
    def vae_runs(self) -> Path:
        """The comparison of the VAEs."""
        return self.out / "vaes"
