"""The steps of `reproduce`, in order, and each one's share of the budget."""

from __future__ import annotations

from img2music.experiments.reproduction.audio_steps import distances_of_reconstructions, snippets, vaes
from img2music.experiments.reproduction.data_steps import data
from img2music.experiments.reproduction.differences import differences
from img2music.experiments.reproduction.picture_steps import classifiers, shipped_classifier
from img2music.experiments.reproduction.run import Step
from img2music.experiments.reproduction.steering_steps import steering

STEPS = (
    Step("data", 0.12, data),
    Step("classifiers", 0.32, classifiers),
    Step("shipped classifier", 0.04, shipped_classifier, of_bundled=True),
    Step("vaes", 0.36, vaes),
    Step("distances", 0.04, distances_of_reconstructions, of_bundled=True),
    Step("snippets", 0.05, snippets, of_bundled=True),
    Step("steering", 0.06, steering, of_bundled=True),
    Step("differences", 0.01, differences),
)
