"""The style of a picture is a mean over crops, and hardly changes when the picture is cut a little."""

from __future__ import annotations

import pytest

from places import ROOT

torch = pytest.importorskip("torch", reason="torch is not installed")
pytest.importorskip("efficientnet_lite_pytorch", reason="EfficientNet-Lite is not installed")

from img2music.training.backbones.backbones import backbone  # noqa: E402
from img2music.training.backbones.style import CROPS, WHOLE, Crop, StyleStem  # noqa: E402
from img2music.vision.picture import load_picture, to_input  # noqa: E402

EXAMPLES = sorted((ROOT / "examples").glob("*.png"))
SIZE = 160


@pytest.fixture(scope="module")
def stem() -> StyleStem:
    return backbone("lite2_style").stem


def _styles(stem: StyleStem, crops: tuple[Crop, ...], cut: float = 0.0) -> torch.Tensor:
    seen = []
    for path in EXAMPLES:
        picture = load_picture(path)
        left, top = round(cut * picture.width), round(cut * picture.height)
        part = picture.crop((left, top, picture.width - left, picture.height - top))
        seen.append(torch.from_numpy(to_input(part, SIZE)))
    with torch.inference_mode():
        return StyleStem(stem.first, stem.blocks, crops)(torch.cat(seen))


def test_it_is_the_mean_over_crops(stem: StyleStem) -> None:
    assert len(CROPS) > 1 and stem.crops == CROPS
    alone = torch.stack([_styles(stem, (crop,)) for crop in CROPS])
    torch.testing.assert_close(_styles(stem, CROPS), alone.mean(0), rtol=1e-4, atol=1e-4)


def test_a_crop_of_the_middle_does_not_see_the_edges(stem: StyleStem) -> None:
    pictures = torch.rand(1, 3, SIZE, SIZE, generator=torch.manual_seed(0))
    edged = pictures.clone()
    edged[:, :, : SIZE // 20] = 0
    with torch.inference_mode():
        for crop, alike in ((Crop(0.9, 0.8), True), (Crop(1.0, 0.8), False)):
            styles = [StyleStem(stem.first, stem.blocks, [crop])(seen) for seen in (pictures, edged)]
            assert torch.equal(*styles) == alike


def test_a_cut_changes_it_less_than_a_style_of_the_whole_alone(stem: StyleStem) -> None:
    changes = {}
    for crops in (CROPS, (WHOLE,)):
        whole, cut = _styles(stem, crops), _styles(stem, crops, 0.01)
        changes[crops] = ((whole - cut).square().mean() / (whole - whole.mean(0)).square().mean()).item()
    assert changes[CROPS] < changes[WHOLE,]


def test_a_network_that_learns_as_a_whole_sees_one_crop() -> None:
    assert backbone("lite2_style", whole=True).body.stem.crops == (WHOLE,)
