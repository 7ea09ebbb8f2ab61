"""Sound files to be measured: those of a folder, or those of one run in a folder that may hold others."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from img2music.audio.files.io import SUFFIXES
from img2music.errors import OptionError
from img2music.system.walk import listed_files


@dataclass(frozen=True)
class Sounds:
    """Sound files below a folder, in the order in which they are measured."""

    folder: Path
    files: tuple[Path, ...]

    @classmethod
    def below(cls, folder: Path, without: Path | None = None) -> Sounds:
        """All of `folder` and its sub-folders, but those in `without`. Raises `OptionError` when it is no folder."""
        if not folder.is_dir():
            raise OptionError(f"{folder} is not a folder; give a folder of audio files.")
        return cls(folder, listed_files(folder, SUFFIXES, without).files)

    @property
    def name(self) -> str:
        """What the folder is called."""
        return self.folder.name
