"""What there is to say of a score, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from img2music.composition.brief import NAMES

if TYPE_CHECKING:
    from img2music.composition.score import Score


def facts_of(score: Score) -> dict[str, Any]:
    """Title, genre, style, key, metre, tempo, length, sections, instruments, notes and brief of a score, for JSON."""
    return {
        "title": score.title,
        "genre": score.genre,
        "style": score.style,
        "key": NAMES[score.key],
        "mode": score.mode,
        "metre": str(score.metre),
        "bpm": score.tempo.initial,
        "bars": score.bars,
        "seconds": round(score.seconds, 3),
        "sections": [section.name for section in score.sections],
        "instruments": list(dict.fromkeys(part.name for part in score.parts)),
        "notes": sum(len(part.notes) for part in score.parts),
        "brief": score.brief.as_dict() if score.brief else None,
    }
