"""The choice among known embeddings (Algorithm 1, step 3), and how the chosen ones make up a length."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle, islice, tee

import numpy as np

from img2music.generation.bank import Bank
from img2music.generation.continuation import Segment, in_order, join
from img2music.generation.mood import Mood
from img2music.options import Options


def ranked(bank: Bank, features: np.ndarray, mood: Mood, options: Options) -> list[int]:
    """The entries of a bank in the order in which they suit a picture with these features `(D,)` and a mood."""
    if options.choose == "mood":
        return bank.choose_by_mood(mood, options.seed)
    return bank.choose(features, np.random.default_rng(options.seed))


def joined(bank: Bank, ranking: Sequence[int], pace: float, steps: int) -> tuple[Segment, list[int]]:
    """The known embeddings joined to a length in latent steps, of which there are `pace` in a second, and which entries
    of the bank these are, first to last."""
    order, again = tee(cycle(in_order(bank.bar_lengths(pace), ranking)))
    found, count = join((bank.segment(index, pace) for index in order), steps)
    return found, list(islice(again, count))
