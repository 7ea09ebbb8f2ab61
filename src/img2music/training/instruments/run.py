"""`train instruments`: a layer that names musical instruments in drawings, on features that the classifier has."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from rich.console import Console
from rich.progress import track
from scipy.special import softmax

from img2music.data.common.notes import note
from img2music.errors import ModelError, OptionError, PictureError
from img2music.models.folder import Models
from img2music.training.instruments.drawings import Drawing, read_drawings
from img2music.training.instruments.layouts import laid_out, plain
from img2music.training.text_classifier.softmax_regression import even_weights
from img2music.vision.objects import INSTRUMENTS, LAST_FEATURES, NOTHING, layer_bytes
from img2music.vision.picture import to_input

FEATURES = "features.npz"
"""What a run has read: `features` `(N, D)`, and of each the `hands` and `instruments`, both `(N,)`."""
REPORT = "report.json"
SHRINKAGE = 1.0
"""Variance that is added to every feature, relative to the mean variance."""
SHARPNESS = 0.3
"""By what log odds are multiplied: features are not as normally distributed as discriminant analysis thinks."""
_LEAST_VARIANCE = 1e-6
_LAID_OUT = 0.75
"""Share of the drawings of nothing that are laid out on backgrounds; the others are read plainly."""


@dataclass(frozen=True)
class Features:
    """The last features `(N, D)` of laid-out drawings, who drew each, and what it shows."""

    values: np.ndarray
    hands: np.ndarray
    instruments: np.ndarray

    @classmethod
    def load(cls, path: Path) -> Features:
        """Those that a run has read."""
        stored = np.load(path, allow_pickle=False)
        return cls(stored["features"].astype(np.float32), stored["hands"], stored["instruments"])

    def save(self, path: Path) -> None:
        """Keep them for the next time, in half precision."""
        np.savez(path, features=self.values.astype(np.float16), hands=self.hands, instruments=self.instruments)


@dataclass(frozen=True)
class Layer:
    """A linear layer on features: `matrix` `(D, K)` and `bias` `(K,)` for the `names`."""

    matrix: np.ndarray
    bias: np.ndarray
    names: tuple[str, ...]

    def __call__(self, features: np.ndarray) -> np.ndarray:
        """The probabilities `(N, K)` of features `(N, D)`."""
        shares: np.ndarray = softmax(features @ self.matrix + self.bias, axis=1)
        return shares

    def to_bytes(self) -> bytes:
        """The bytes of `instruments.safetensors`."""
        return layer_bytes(np.ascontiguousarray(self.matrix.T), self.bias, self.names)


@dataclass(frozen=True)
class UnseenHands:
    """What layers say of drawings by hands that they have not seen: of all instruments the share that is `recognised`
    and that `mistaken` for another, and the share of other pictures in which one is `claimed`."""

    least: float
    recognised: float
    mistaken: float
    claimed: float


def train_instruments(pictures: Path, out: Path, models: Path | None = None, layouts: int = 4, seed: int = 0) -> Path:
    """Learn from drawings `pictures/HAND/INSTRUMENT/NAME.png` what instruments look like; returns `out`.

    Each is read plainly and in as many `layouts`, those of nothing in one. Those that `out` has read before are taken
    from there. Raises `OptionError` when drawings are missing, and `ModelError` when the models see no objects.
    """
    out.mkdir(parents=True, exist_ok=True)
    kept = out / FEATURES
    features = Features.load(kept) if kept.is_file() else _read(read_drawings(pictures), models, layouts, seed)
    features.save(kept)
    (out / INSTRUMENTS).write_bytes(fit(features).to_bytes())
    figures = [asdict(figure) for figure in unseen_hands(features)]
    shown, counts = np.unique(features.instruments, return_counts=True)
    report = {
        "hands": sorted(set(features.hands.tolist())),
        "pictures": dict(zip(shown.tolist(), counts.tolist(), strict=True)),
        "unseen_hands": figures,
    }
    (out / REPORT).write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return out


def fit(features: Features) -> Layer:
    """Linear discriminant analysis: the layer that tells apart classes which spread in the same way around their means.

    In a mean a hand counts by the root of the number of its pictures. The covariance, which few pictures say, is shrunk
    towards that of features which vary independently.
    """
    names = (*sorted(set(features.instruments.tolist()) - {NOTHING}), NOTHING)
    means, rests = [], []
    for name in names:
        shown = features.instruments == name
        values, hands = features.values[shown], features.hands[shown]
        means.append(np.average(values, axis=0, weights=even_weights([name] * len(hands), hands.tolist())))
        rests.append(values - means[-1])
    centres, rest = np.array(means), np.concatenate(rests)
    covariance = rest.T @ rest / len(rest)
    usual = max(float(np.trace(covariance)) / len(covariance), _LEAST_VARIANCE)
    matrix = np.linalg.solve(covariance + SHRINKAGE * usual * np.eye(len(covariance)), centres.T)
    bias = -0.5 * (centres.T * matrix).sum(0)
    return Layer(SHARPNESS * matrix, SHARPNESS * bias, names)


def unseen_hands(features: Features) -> list[UnseenHands]:
    """What is said of each hand's drawings by a layer that has learnt from all others, for several thresholds."""
    found: list[tuple[str, str, float]] = []
    for hand in np.unique(features.hands):
        own = features.hands == hand
        others = Features(features.values[~own], features.hands[~own], features.instruments[~own])
        if len(np.unique(others.instruments)) < 2:
            continue
        layer = fit(others)
        shares = layer(features.values[own])[:, : layer.names.index(NOTHING)]
        best = shares.argmax(1)
        for shown, number, share in zip(features.instruments[own].tolist(), best, shares.max(1), strict=True):
            if shown == NOTHING or shown in layer.names:
                found.append((shown, layer.names[number], float(share)))
    return [_figures(found, least) for least in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)]


def _figures(found: Sequence[tuple[str, str, float]], least: float) -> UnseenHands:
    instruments = [entry for entry in found if entry[0] != NOTHING]
    others = [entry for entry in found if entry[0] == NOTHING]
    right = sum(share >= least and said == shown for shown, said, share in instruments)
    wrong = sum(share >= least and said != shown for shown, said, share in instruments)
    claimed = sum(share >= least for _, _, share in others)
    some, rest = max(1, len(instruments)), max(1, len(others))
    return UnseenHands(least, right / some, wrong / some, claimed / rest)


def _read(drawings: Sequence[Drawing], models: Path | None, layouts: int, seed: int) -> Features:
    """The features of drawings, each laid out in several ways."""
    network, chance = Models(models).network("classifier.onnx"), random.Random(seed)
    size = network.input_shape[-1]
    if LAST_FEATURES not in network.shapes or not isinstance(size, int):
        raise ModelError(f"The classifier of {Models(models).folder} sees no objects; choose other models.")
    nothing = [drawing for drawing in drawings if drawing.instrument == NOTHING]
    some = _loaded(chance.sample(nothing, min(80, len(nothing))))
    clutter, pictures = [one for one in some if one.mode == "RGBA"], [one for one in some if one.mode == "RGB"]
    rows: list[tuple[np.ndarray, str, str]] = []
    for drawing in track(drawings, "reading drawings", console=Console(stderr=True), transient=True):
        for loaded in _loaded([drawing]):
            for picture in _layouts(loaded, drawing.instrument, layouts, chance, clutter, pictures):
                values = network([LAST_FEATURES], picture=to_input(picture, size))[0].ravel()
                rows.append((values, drawing.hand, drawing.instrument))
    if not rows:
        raise OptionError("None of these pictures can be read; give others.")
    return Features(*(np.array(column) for column in zip(*rows, strict=True)))


def _layouts(
    drawing: Image.Image,
    instrument: str,
    layouts: int,
    chance: random.Random,
    clutter: Sequence[Image.Image],
    pictures: Sequence[Image.Image],
) -> list[Image.Image]:
    """A drawing plainly and laid out in other ways; one that fills its picture, such as a cover, stays as it is."""
    if drawing.mode == "RGB":
        return [drawing]
    if instrument == NOTHING:
        return [laid_out(drawing, chance, clutter, pictures) if chance.random() < _LAID_OUT else plain(drawing)]
    return [plain(drawing), *(laid_out(drawing, chance, clutter, pictures) for _ in range(layouts))]


def _loaded(drawings: Sequence[Drawing]) -> list[Image.Image]:
    """Those that can be read."""
    found = []
    for drawing in drawings:
        try:
            found.append(drawing.load())
        except PictureError as problem:
            note(f"{problem} It is left out.")
    return found
