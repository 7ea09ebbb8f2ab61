"""Whose music a known embedding is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Credit:
    """What must be said about a piece of music: its title, its origin (artist, collection or address), its licence."""

    title: str
    origin: str
    licence: str

    def __str__(self) -> str:
        """All three in one line."""
        return f"{self.title}; {self.origin}; {self.licence}"
