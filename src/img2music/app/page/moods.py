"""The sliders of the mood, which begin where the picture put them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import gradio as gr

from img2music.app.page.arguments import number
from img2music.app.page.parts import as_sent
from img2music.briefing import with_picture
from img2music.composition.brief import Brief
from img2music.vision.classifier import Classification

_MIDDLE, _STEP = 0.5, 0.01
_NAMES = {
    "energy": "Energy: calm to full",
    "major": "Mode: minor to major",
    "tempo": "Pace: slow to fast",
    "brightness": "Sound: dark to bright",
    "density": "Notes: few to many",
    "warmth": "Instruments: electronic to acoustic",
    "tension": "Harmony: at rest to tense",
    "dynamics": "Loudness: even to changing",
}


MOODS = len(_NAMES)
"""How many sliders there are."""


def draw_moods() -> list[gr.Slider]:
    """Add a slider for each attribute of a mood, from 0 to 1, to the page that is being built."""
    with gr.Row():
        return [
            as_sent(
                gr.Slider(0, 1, _MIDDLE, step=_STEP, label=label, min_width=260, buttons=[], elem_id=f"mood-{name}")
            )
            for name, label in _NAMES.items()
        ]


def mood_in(classification: Classification) -> dict[str, float]:
    """The mood that a picture suggests, in the steps of the sliders."""
    feeling = with_picture(Brief(""), classification).feeling
    return {name: round(value, 2) for name, value in asdict(feeling).items() if value is not None}


def places(mood: Mapping[str, float]) -> list[float]:
    """Where the sliders are for a mood, in their order."""
    return [mood[name] for name in _NAMES]


def put_back(mood: Mapping[str, float] | None) -> list[Any]:
    """Where the sliders are for a mood; without one they stay where they are."""
    return list(places(mood)) if mood else [gr.skip()] * MOODS


def read_moods(values: Sequence[object], put: Mapping[str, float] | None) -> dict[str, float]:
    """The mood that a visitor asks for: that of the sliders which are not where a picture has put them.

    Before there was a picture nothing is asked for. Raises `OptionError` for a value of the wrong type.
    """
    if put is None:
        return {}
    set_to = {name: number(name, value) for name, value in zip(_NAMES, values, strict=True)}
    return {name: value for name, value in set_to.items() if abs(value - put[name]) >= _STEP / 2}
