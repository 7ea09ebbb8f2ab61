"""The style of a picture is a mean over scales, and hardly changes when the picture is cut a little."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed")
pytest.importorskip("efficientnet_lite_pytorch", reason="EfficientNet-Lite is not installed")

from img2music.picture import load_picture, to_input  # noqa: E402
from img2music.training.backbones import backbone  # noqa: E402
from img2music.training.style import SCALES, StyleStem  # noqa: E402

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.png"))
SIZE = 160


@pytest.fixture(scope="module")
def stem() -> StyleStem:
    return backbone("lite2_style").stem


def _styles(stem: StyleStem, scales: tuple[float, ...], cut: float = 0.0) -> torch.Tensor:
    seen = []
    for path in EXAMPLES:
        picture = load_picture(path)
        left, top = round(cut * picture.width), round(cut * picture.height)
        part = picture.crop((left, top, picture.width - left, picture.height - top))
        seen.append(torch.from_numpy(to_input(part, SIZE)))
    with torch.inference_mode():
        return StyleStem(stem.first, stem.blocks, scales)(torch.cat(seen))


def test_it_is_the_mean_over_scales(stem: StyleStem) -> None:
    assert len(SCALES) > 1 and stem.scales == SCALES
    alone = torch.stack([_styles(stem, (scale,)) for scale in SCALES])
    torch.testing.assert_close(_styles(stem, SCALES), alone.mean(0), rtol=1e-4, atol=1e-4)


def test_a_cut_changes_it_less_than_a_style_at_one_scale(stem: StyleStem) -> None:
    changes = {}
    for scales in (SCALES, (1.0,)):
        whole, cut = _styles(stem, scales), _styles(stem, scales, 0.01)
        changes[scales] = ((whole - cut).square().mean() / (whole - whole.mean(0)).square().mean()).item()
    assert changes[SCALES] < changes[1.0,]


def test_a_network_that_learns_as_a_whole_sees_one_scale() -> None:
    assert backbone("lite2_style", whole=True).body.stem.scales == (1.0,)
