"""Sound files to be measured: those of a folder, or those of one run in a folder that may hold others."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from img2music.audio.files.io import SUFFIXES
from img2music.errors import OptionError
from img2music.system.files import reason
from img2music.system.walk import find_files


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
        try:
            return cls(folder, find_files(folder, SUFFIXES, without).files)
        except OSError as problem:
            raise OptionError(f"Cannot list the folder {problem.filename}: {reason(problem)}.") from problem

    @property
    def name(self) -> str:
        """What the folder is called."""
        return self.folder.name
