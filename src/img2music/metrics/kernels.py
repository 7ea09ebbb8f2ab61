"""Kernel distances between two sets of embeddings `(n, d)`: unbiased, so fit for small sets.

Each needs two embeddings a set at least and raises ValueError below that.
"""

from __future__ import annotations

import numpy as np

from img2music.metrics.frechet import check_set

KERNEL_SAMPLES = 600


def kernel_distance(a: np.ndarray, b: np.ndarray) -> float:
    """1000 times the unbiased squared maximum mean discrepancy of `a` `(n, d)` and `b` `(m, d)`, cubic kernel.

    The kernel is (x·y / d + 1)³ on dimensions standardised over both sets; those that hardly move are left out.
    Of larger sets 600 rows are drawn, the same every time. Unbiased, so below zero at times; fit for small sets.

    Reference: Bińkowski et al., Demystifying MMD GANs, 2018 (the kernel inception distance).
    """
    check_set(a)
    check_set(b)
    rng = np.random.default_rng(0)
    a, b = (rows[rng.permutation(len(rows))[:KERNEL_SAMPLES]] for rows in (a, b))
    both = np.concatenate([a, b])
    spread = both.std(0)
    moving = spread > 1e-3 * spread.max()
    if not moving.any():
        return 0.0
    a, b = ((rows - both.mean(0))[:, moving] / spread[moving] for rows in (a, b))
    cubes = (((x @ y.T) / moving.sum() + 1) ** 3 for x, y in ((a, a), (b, b), (a, b)))
    return 1000 * _discrepancy(*cubes)


def kernel_audio_distance(generated: np.ndarray, reference: np.ndarray) -> float:
    """KAD: 100 times the unbiased squared maximum mean discrepancy, Gaussian kernel, of `(n, d)` and `(m, d)`.

    The kernel is as wide as the median distance within `reference`. Unbiased, so below zero at times.

    Reference: Chung et al., KAD: no more FAD!, 2025; the scale is that of its toolkit, kadtk.
    """
    check_set(generated)
    check_set(reference)
    within = _squared_distances(reference, reference)
    width = np.median(np.sqrt(within[np.triu_indices(len(within), 1)])) ** 2
    pairs = (_squared_distances(generated, generated), within, _squared_distances(generated, reference))
    return 100 * _discrepancy(*(np.exp(-squares / (2 * width + 1e-8)) for squares in pairs))


def _discrepancy(within_a: np.ndarray, within_b: np.ndarray, across: np.ndarray) -> float:
    return float(_mean_of_pairs(within_a) + _mean_of_pairs(within_b) - 2 * across.mean())


def _mean_of_pairs(kernel: np.ndarray) -> float:
    # Without the diagonal: an embedding is no independent draw from itself.
    return (kernel.sum() - np.trace(kernel)) / (len(kernel) * (len(kernel) - 1))


def _squared_distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.maximum((a**2).sum(1)[:, None] + (b**2).sum(1) - 2 * a @ b.T, 0)
