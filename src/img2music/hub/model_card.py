"""The configuration and the model card of a folder of models."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from string import Template
from typing import Any

from img2music.errors import ModelError, printable
from img2music.generation.bank import Bank
from img2music.models.folder import Models
from img2music.options import CHOICES, COMPOSE, DEFAULT_SECONDS, FLOW, PERTURB, default_strength
from img2music.stereo.codec import StereoDecoder, decoder_of
from img2music.version import __version__
from img2music.vision.ocr.recognition import DETECTOR

MODEL_TYPE = "img2music"
_TEMPLATE = "model_card.md"
_DEEPEST = 3
"""Levels of nested figures that the card shows; the manifest has the rest."""
_OCR = (
    "The networks that find and read words are the mobile text detector and recogniser of PaddleOCR, PP-OCRv4 "
    "(Copyright (c) PaddlePaddle Authors, Apache License 2.0), stored as float16, the recogniser cut down to Latin "
    "letters."
)
_STYLE = (
    "The classifier's first layers are those of EfficientNet-Lite2 with ImageNet weights "
    "(https://github.com/tensorflow/tpu, Apache License 2.0), stored as float16."
)


def config(models: Models) -> dict[str, Any]:
    """The contents of `config.json`: version, shape of the latents, and the program's defaults.

    `latent_rate` is in steps/s, `sample_rate` in Hz. Nothing reads this file to make music. Raises `ModelError` for
    models without a genre.
    """
    genre = _first_genre(models)
    engines, decoder = models.engines, decoder_of(models, genre)
    return {
        "model_type": MODEL_TYPE,
        "img2music_version": __version__,
        "models_version": models.version,
        "genres": list(models.genres),
        "sample_rate": decoder.rate,
        "channels": 2 if isinstance(decoder, StereoDecoder) else 1,
        "latent_channels": Bank.load(models, genre).latents.shape[1],
        "latent_rate": round(decoder.steps_per_second, 4),
        "engines": list(engines),
        "default_engine": engines[0],
        "default_strengths": {
            engine: {genre: default_strength(engine, genre) for genre in models.genres} for engine in engines
        },
        "default_choose": CHOICES[0],
        "default_seconds": DEFAULT_SECONDS,
    }


def card(models: Models) -> str:
    """The model card, Markdown with a YAML head. Only the bundled models are said to be under the package's licence."""
    manifest = models.manifest
    own = manifest.files == Models().manifest.files
    template = Template(resources.files("img2music.hub").joinpath(_TEMPLATE).read_text(encoding="utf-8"))
    return template.substitute(
        licence="mit" if own else "other",
        licence_note="MIT." if own else "Not stated; it depends on what the models were trained on, see below.",
        version=printable(models.version),
        genres=", ".join(models.genres),
        sound=_sound(models),
        trained_on=_table(manifest.trained_on),
        figures=_table(manifest.figures),
        engines=_engines(models),
        others=_others(models),
    )


def _sound(models: Models) -> str:
    decoder = decoder_of(models, _first_genre(models))
    return f"{decoder.rate} Hz, {'in stereo' if isinstance(decoder, StereoDecoder) else 'in mono'}"


def _first_genre(models: Models) -> str:
    if not models.genres:
        raise ModelError(f"{models.folder} has no models of any genre; train and export them.")
    return models.genres[0]


def _engines(models: Models) -> str:
    """What each engine makes, and how strongly by default."""
    sentences = {
        COMPOSE: "The engine compose plays a score that is composed for the picture, which moves its sound, with a "
        "default strength of {strengths}.",
        FLOW: "With the engine flow a known clip becomes new music that is the less like it the higher the strength; "
        "at 1 nothing of the clip is left, and {strengths} is the default.",
        PERTURB: "With the engine perturb a known clip stays what it is, moved; at strength 0 it is that clip through "
        "the decoder, and the default is {strengths}.",
    }
    return " ".join(sentences[engine].format(strengths=_default_strengths(models, engine)) for engine in models.engines)


def _default_strengths(models: Models, engine: str) -> str:
    strengths = sorted({default_strength(engine, genre) for genre in models.genres})
    return " to ".join(f"{strength:g}" for strength in dict.fromkeys((strengths[0], strengths[-1])))


def _others(models: Models) -> str:
    """The networks of others that the models contain."""
    style = "lite2" in str(models.manifest.trained_on.get("classifier", ""))
    lines = [text for text, there in ((_STYLE, style), (_OCR, models.has(DETECTOR))) if there]
    return "\n\n".join(lines) or "The manifest names no networks of others."


def _table(facts: object) -> str:
    rows = [f"| {_cell(name)} | {_cell(value)} |" for name, value in _leaves(_facts(facts), ())]
    return "\n".join(["| what | value |", "|---|---|", *rows]) if rows else "The manifest says nothing about this."


def _facts(facts: object) -> dict[str, Any]:
    return facts if isinstance(facts, dict) else {}


def _leaves(facts: dict[str, Any], above: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name, value in facts.items():
        names = (*above, str(name).replace("_", " "))
        if isinstance(value, dict) and len(names) <= _DEEPEST:
            yield from _leaves(value, names)
        elif isinstance(value, list) and not any(isinstance(one, (list, dict)) for one in value):
            yield " · ".join(names), "; ".join(map(_text, value))
        elif not isinstance(value, (list, dict)):
            yield " · ".join(names), _text(value)


def _text(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _cell(text: str) -> str:
    """Text escaped for a cell of a Markdown table."""
    return printable(text).replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")
