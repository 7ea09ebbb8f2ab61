"""Who is in the band of more than one style."""

from __future__ import annotations

from img2music.composition.score import Role
from img2music.composition.style import Seat

RAPPER = Seat("mc", Role.VOICE, {"rapper": 1}, chance=0.7, enters=0.4, level=1.0)
