"""What the paper reports, as data: its tables, and what in them cannot be taken at its word."""

from __future__ import annotations

from img2music.genres import GENRES
from img2music.metrics.classification import wilson_interval

ACCURACY = 0.6075
"""Overall accuracy on the test set (Table 1)."""

VGG_ACCURACY = 0.45
"""What VGG16 did not get past (section 2.1)."""

CLASSES = {"classical": 0.6762, "hiphop": 0.7529, "pop": 0.6226, "jazz": 0.4712}
"""Recall, precision and F1 of each genre, which Table 1 gives as equal."""

HITS = {"classical": (71, 105), "hiphop": (64, 85), "pop": (66, 106), "jazz": (49, 104)}
"""The fractions that give Table 1's recalls: covers recognised, and covers of that genre."""

FRECHET = {"classical": 555.25, "hiphop": 393.48, "pop": 485.23, "jazz": 657.331}
"""Mean Fréchet audio distance of each genre's VAE (Table 2)."""


def accuracy_from_recalls() -> float:
    """The accuracy that Table 1's recalls imply."""
    return sum(hits for hits, _ in HITS.values()) / sum(covers for _, covers in HITS.values())


def accuracy_interval() -> tuple[float, float]:
    """The 95 % Wilson interval of the paper's accuracy, on its test set of 400."""
    covers = sum(covers for _, covers in HITS.values())
    return wilson_interval(round(ACCURACY * covers), covers)


def inconsistencies() -> list[str]:
    """What in the paper contradicts itself or what is known, one sentence each."""
    low, high = accuracy_interval()
    sums = " + ".join(str(HITS[genre][0]) for genre in GENRES)
    return [
        f"Table 1's recalls are fractions of {sums} covers recognised, {accuracy_from_recalls():.1%} of all 400, "
        f"while the text says {ACCURACY:.2%} (95 % interval {low:.1%} to {high:.1%}).",
        "Precision equals recall in every row of Table 1: for each genre exactly as many covers taken for it as belong "
        "to it, which chance hardly gives four times over. Here both are computed from the matrix.",
        "The Kaggle covers hold duplicates within and across genres, and photographs of vinyl labels. Unless they are "
        "taken out before splitting, a test cover may be a training cover.",
        "15 s at 22,050 Hz are 330,750 samples; the paper's 330,000 are 14.97 s. Its recipe keeps them.",
        "Set-level VGGish distances of real music to real music lie near 1, of generated music below 20. The paper's "
        "393 to 657 fit a distance of each clip by itself on whitened embeddings, where even perfect audio scores in "
        "the hundreds: a covariance of 128 × 128 from 15 frames says little.",
        "The loss is said to be MSE, with no weight for the divergence. A plain sum of a mean squared error and a "
        "divergence makes silence the best answer; the recipe states the weight it uses.",
        "Which ResNet, which ConvNeXt and which VAE layers were used is not said; the recipes name what they take.",
    ]
