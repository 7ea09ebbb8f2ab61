"""Of what networks are needed for: what is seen on the example pictures, and the pipeline on tiny models."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from img2music import Img2Music
from img2music.audio.stft import magnitude
from img2music.models.folder import Models
from img2music.options import Options
from img2music.vision.classifier import Classifier
from img2music.vision.ocr.recognition import OCR
from img2music.vision.picture import load_picture

from .inputs import pictures

_EXAMPLES = Path(__file__).parents[2] / "examples"


def reading() -> dict[str, object]:
    """Of the bundled networks: genres, features, and lines of text with their boxes."""
    models = Models()
    classifier, ocr = Classifier(models), OCR(models)
    shown = {name: load_picture(_EXAMPLES / f"{name}.png") for name in ("classical", "pop")}
    shown["turned"] = shown["pop"].crop((0, 0, 600, 330)).transpose(Image.Transpose.ROTATE_270)
    found: dict[str, object] = {}
    for name, picture in shown.items():
        seen = classifier(picture)
        found[f"{name} genres"] = list(seen.probabilities.values())
        found[f"{name} features"] = seen.features
        readings = ocr(picture)
        for lines, side in zip(readings, ("small", "middle", "large"), strict=True):
            found[f"{name} lines, {side}"] = [[*line.box, line.confidence, len(line.text)] for line in lines]
    return found


def pipeline(folder: Path) -> dict[str, object]:
    """Of snippets of the models in a `folder`."""
    img2music = Img2Music(folder)
    found: dict[str, object] = {}
    for name, picture in list(pictures().items())[:3]:
        seen = img2music.classify(picture)
        found[f"{name} probabilities"] = list(seen.probabilities.values())
        for options in (
            Options(seed=2, seconds=3.0),
            Options(seed=5, seconds=18.0, engine="perturb"),
            Options(seed=1, seconds=6.0, loop=True, blend=True),
            Options(alpha=0.4, seed=3, seconds=2.0, choose="random"),
        ):
            snippet = img2music.render(seen, options)
            facts = (snippet.provenance.alpha, len(snippet.provenance.embeddings), snippet.seconds)
            found[f"{name} seed {options.seed}"] = _levels(snippet.samples)
            found[f"{name} seed {options.seed} facts"] = [float(fact or 0) for fact in facts]
    return found


def _levels(samples: np.ndarray) -> list[float]:
    """Magnitudes over time and frequency: phases hang on the last bits of a network's output."""
    magnitudes = magnitude(samples)
    across = [float(part.mean()) for part in np.array_split(magnitudes, 12, 1)]
    along = [float(part.mean()) for part in np.array_split(magnitudes, 24)]
    return [*across, *along]
