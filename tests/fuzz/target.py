"""What a fuzzing target is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from random import Random


class Target(ABC):
    """Something that reads input, which is written below `folder`."""

    starts_processes = False
    """Whether it works in processes of its own, which it watches itself."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @abstractmethod
    def prepare(self, index: int, random: Random) -> None:
        """Write the input of a case: the same for the same index and randomness."""

    @abstractmethod
    def run(self) -> str | None:
        """Read it, and say what came of it if not success. Only an `Img2MusicError` may be raised."""


class FileTarget(Target):
    """A target whose input is one file; those made by hand come first."""

    name = "input"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.by_hand = self.made_by_hand()

    @property
    def path(self) -> Path:
        """The file that is read."""
        return self.folder / self.name

    def prepare(self, index: int, random: Random) -> None:
        """As `Target`."""
        data = self.by_hand[index]() if index < len(self.by_hand) else self.mutated(random)
        self.path.write_bytes(data)

    @abstractmethod
    def made_by_hand(self) -> list[Callable[[], bytes]]:
        """Makers of inputs that chance would not find."""

    @abstractmethod
    def mutated(self, random: Random) -> bytes:
        """An input made from a good one."""
