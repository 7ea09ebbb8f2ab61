"""The conventions of the Fréchet audio distance: each follows its published formula, and they stand side by side."""

import numpy as np
import pytest

from img2music.metrics.conventions import CONVENTIONS, conventions, fitted_whitening, per_clip_distance
from img2music.metrics.distances import DISTANCES, ENOUGH, distances, placed_distances, small_set_warning
from img2music.metrics.frechet import frechet_distance, frechet_infinity, halves
from img2music.metrics.kernels import kernel_audio_distance, kernel_distance
from img2music.metrics.whitening import Whitening, quantise

SIZE = 5


def _clips(count: int, patches: int, seed: int, shift: float = 0.0) -> dict[str, np.ndarray]:
    """Clips whose patches are alike, in a space whose dimensions depend on one another."""
    rng = np.random.default_rng(seed)
    mixing = np.random.default_rng(99).normal(size=(SIZE, SIZE))
    return {
        f"{i}.wav": (rng.normal(size=SIZE) + 0.5 * rng.normal(size=(patches, SIZE))) @ mixing + shift
        for i in range(count)
    }


def _stack(clips: dict[str, np.ndarray]) -> np.ndarray:
    return np.concatenate(list(clips.values()))


def _textbook(a: np.ndarray, b: np.ndarray) -> float:
    linalg = pytest.importorskip("scipy.linalg")
    cov_a, cov_b = np.cov(a.T), np.cov(b.T)
    return float(((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(cov_a + cov_b - 2 * linalg.sqrtm(cov_a @ cov_b).real))


def test_whitening_leaves_numbers_that_are_uncorrelated_and_of_unit_variance() -> None:
    rows = _stack(_clips(30, 4, 0, 3.0))
    white = Whitening.fit(rows).apply(rows)
    np.testing.assert_allclose(white.mean(0), 0, atol=1e-9)
    np.testing.assert_allclose(np.cov(white.T), np.eye(SIZE), atol=1e-9)
    np.testing.assert_allclose(Whitening.fit(rows, 2).apply(rows), white[:, :2])


def test_whitening_keeps_the_widest_directions_first_and_those_that_move() -> None:
    rng = np.random.default_rng(1)
    rows = np.stack([rng.normal(size=50), 10 * rng.normal(size=50), np.full(50, 7.0)], 1)
    whitening = Whitening.fit(rows)
    assert whitening.directions.shape == (2, 3)
    assert abs(whitening.directions[0, 1]) == pytest.approx(1 / rows[:, 1].std(ddof=1), rel=1e-2)
    assert Whitening.fit(rows[:2]).directions.shape == (1, 3)  # two points lie on a line


@pytest.mark.parametrize("rows", [np.ones((1, 3)), np.ones((4, 3)), np.ones(3)])
def test_whitening_refuses_what_does_not_vary(rows: np.ndarray) -> None:
    with pytest.raises(ValueError, match="whiten"):
        Whitening.fit(rows)


def test_eight_bits_are_those_that_audioset_publishes() -> None:
    values = np.array([[-9.0, -2.0, -1.999, 0.0, 1.0, 1.99, 2.0, 9.0]])
    as_published = ((np.clip(values, -2, 2) + 2) * (255 / 4)).astype(np.uint8)
    np.testing.assert_array_equal(quantise(values), as_published)
    assert as_published[0, [0, 3, 7]].tolist() == [0, 127, 255]


def test_every_convention_follows_its_formula() -> None:
    ours, theirs = _clips(12, 6, 2, 0.3), _clips(20, 6, 3)
    rng = np.random.default_rng(4)
    published = Whitening(rng.normal(size=SIZE), rng.normal(size=(SIZE, SIZE)))
    found = conventions(ours, theirs, published)
    white = {name: (clip - published.mean) @ published.directions.T for name, clip in ours.items()}
    real = (_stack(theirs) - published.mean) @ published.directions.T
    assert found["raw"] == pytest.approx(_textbook(_stack(ours), _stack(theirs)), rel=1e-6)
    assert found["whitened"] == pytest.approx(_textbook(_stack(white), real), rel=1e-6)
    assert found["quantised"] == pytest.approx(_textbook(quantise(_stack(white)), quantise(real)), rel=1e-6)
    alone = [_textbook(clip, real) for clip in white.values()]
    assert found["per_clip"] == pytest.approx(np.mean(alone), rel=1e-6)
    assert tuple(found) == CONVENTIONS


def test_without_published_whitening_the_reference_is_made_white() -> None:
    ours, theirs = _clips(12, 6, 5, 0.3), _clips(20, 6, 6)
    assert conventions(ours, theirs) == conventions(ours, theirs, Whitening.fit(_stack(theirs)))
    # White, a distance no longer depends on what the embeddings are multiplied by.
    wide = ({name: 1000 * clip for name, clip in clips.items()} for clips in (ours, theirs))
    scaled = conventions(*wide)
    assert scaled["whitened"] == pytest.approx(conventions(ours, theirs)["whitened"])
    assert scaled["raw"] == pytest.approx(1e6 * conventions(ours, theirs)["raw"])


def test_few_embeddings_are_whitened_along_few_directions() -> None:
    rng = np.random.default_rng(16)
    for count, components in ((3, 1), (40, 10), (400, 100), (600, 128)):
        rows = {"a.wav": rng.normal(size=(count, 150))}
        assert fitted_whitening(rows).directions.shape == (components, 150)


def test_alone_even_real_clips_lie_about_as_far_out_as_there_are_dimensions() -> None:
    size = 128
    rng = np.random.default_rng(7)
    real = rng.normal(size=(3000, size))
    clips = [rng.normal(size=(15, size)) for _ in range(10)]
    assert 100 < per_clip_distance(clips, real) < 256
    assert frechet_distance(np.concatenate(clips), real) < 80


def test_clips_of_a_single_patch_say_nothing_alone() -> None:
    real = _stack(_clips(20, 6, 8))
    clips = list(_clips(3, 6, 9).values())
    assert per_clip_distance([*clips, real[:1]], real) == per_clip_distance(clips, real)
    assert per_clip_distance([real[:1], real[1:2]], real) is None


def test_a_reference_that_does_not_vary_has_no_white_distances() -> None:
    still = {"a.wav": np.ones((3, SIZE))}
    found = conventions(_clips(3, 3, 10), still)
    assert found.pop("raw") > 0
    assert set(found.values()) == {None}


def test_every_distance_stands_between_its_floor_and_its_ceiling() -> None:
    ours, theirs, noise = _clips(15, 6, 11, 0.5), _clips(30, 6, 12), _clips(15, 6, 13, 9.0)
    placed = placed_distances(ours, theirs, noise)
    assert tuple(placed) == DISTANCES
    columns = {
        "value": distances(ours, theirs),
        "floor": distances(*halves(theirs), Whitening.fit(_stack(theirs))),
        "ceiling": distances(noise, theirs),
    }
    for name, places in placed.items():
        assert places == {column: found[name] for column, found in columns.items()}
        if name != "infinity_fit":
            assert places["value"] < places["ceiling"]
    a, b = _stack(ours), _stack(theirs)
    assert placed["raw"]["value"] == frechet_distance(a, b)
    assert (placed["infinity"]["value"], placed["infinity_fit"]["value"]) == frechet_infinity(a, b)
    assert (placed["kernel"]["value"], placed["kad"]["value"]) == (kernel_distance(a, b), kernel_audio_distance(a, b))


def test_what_sets_are_too_small_for_is_left_open() -> None:
    placed = placed_distances(_clips(3, 2, 14), _clips(3, 2, 15))
    assert placed["infinity"] == placed["infinity_fit"] == {"value": None, "floor": None, "ceiling": None}
    assert placed["raw"]["value"] is not None
    assert all(places["floor"] is None and places["ceiling"] is None for places in placed.values())


def test_small_sets_are_warned_of() -> None:
    rows = np.zeros((ENOUGH, 1))
    assert small_set_warning(rows, rows) is None
    for sets in ((rows[1:], rows), (rows, rows[1:])):
        assert "1499" in small_set_warning(*sets)
