"""ImageNet weights from files of one's own: under timm's or torchvision's names, packed or not, and others' files."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("timm", reason="timm is not installed")

import timm
import torch
import torchvision
from safetensors.torch import save_file
from torch import nn

from img2music.errors import ModelError
from img2music.training.backbones.weight_files import find_weights, load_weights


def _small_convnext() -> nn.Module:
    setting = torchvision.models.convnext.CNBlockConfig
    blocks = [setting(8, 16, 1), setting(16, 24, 1), setting(24, 32, 2), setting(32, None, 1)]
    return torchvision.models.ConvNeXt(blocks, num_classes=10)


def _its_twin() -> nn.Module:
    return timm.models.convnext.ConvNeXt(depths=(1, 1, 2, 1), dims=(8, 16, 24, 32), num_classes=0)


def _small_resnet() -> nn.Module:
    return torchvision.models.ResNet(torchvision.models.resnet.BasicBlock, [1, 1, 1, 1], num_classes=10)


def _other_resnet() -> nn.Module:
    return timm.models.ResNet(timm.models.resnet.BasicBlock, (1, 1, 1, 1), num_classes=0)


PAIRS = ((_small_convnext, _its_twin, "torchvision"), (_small_resnet, _other_resnet, "timm"))


def _randomised(network: nn.Module) -> nn.Module:
    with torch.no_grad():
        for number, value in enumerate(network.parameters()):
            value.copy_(0.3 * torch.randn(value.shape, generator=torch.manual_seed(number)))
    return network.eval()


def _features(network: nn.Module, pictures: torch.Tensor) -> torch.Tensor:
    """What torchvision's network gives its last layer."""
    kept = []
    last = network.fc if hasattr(network, "fc") else network.classifier[-1]
    last.register_forward_hook(lambda _, given, __: kept.append(given[0]))
    network(pictures)
    return kept[0]


@pytest.mark.parametrize(("original", "twin", "names"), PAIRS)
@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_torchvision_and_timm_see_the_same(original, twin, names: str, suffix: str, tmp_path: Path) -> None:
    network, pictures = _randomised(original()), torch.rand(2, 3, 64, 64, generator=torch.manual_seed(0))
    file = tmp_path / f"weights{suffix}"
    (save_file if suffix == ".safetensors" else torch.save)(network.state_dict(), file)
    other = twin().eval()
    assert load_weights(other, file) == names
    with torch.inference_mode():
        torch.testing.assert_close(other(pictures), _features(network, pictures), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(
    "wrapped",
    [lambda state: {"state_dict": state, "epoch": 3}, lambda state: {f"module.{k}": v for k, v in state.items()}],
)
def test_what_training_scripts_wrap_around_is_taken_off(wrapped, tmp_path: Path) -> None:
    network, other = _randomised(_other_resnet()), _other_resnet()
    torch.save(wrapped(network.state_dict()), tmp_path / "weights.pth")
    load_weights(other, tmp_path / "weights.pth")
    assert torch.equal(other.state_dict()["conv1.weight"], network.state_dict()["conv1.weight"])


def test_a_vgg_of_torchvision_is_renamed(tmp_path: Path) -> None:
    other = timm.models.VGG([4, "M"], num_classes=0)
    state = {key: torch.full_like(value, 0.5) for key, value in other.state_dict().items()}
    renamed = {
        key.replace("pre_logits.fc1", "classifier.0").replace("pre_logits.fc2", "classifier.3"): value.flatten(1)
        if key.startswith("pre_logits") and value.ndim == 4
        else value
        for key, value in state.items()
    }
    torch.save(
        renamed | {"classifier.6.weight": torch.zeros(10, 4096), "classifier.6.bias": torch.zeros(10)},
        tmp_path / "v.pth",
    )
    assert load_weights(other, tmp_path / "v.pth") == "torchvision"
    assert all(torch.equal(other.state_dict()[key], value) for key, value in state.items())


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (lambda file: file.write_bytes(b"no pickle"), "cannot be read as weights"),
        (lambda file: file.write_bytes(b""), "cannot be read as weights"),
        (lambda file: torch.save([1, 2], file), "holds no weights by name"),
        (lambda file: torch.save({}, file), "holds other weights"),
        (lambda file: torch.save(_small_convnext().state_dict(), file), "holds other weights"),
        (lambda file: torch.save({"conv1.weight": torch.zeros(64, 3, 3, 3)}, file), "holds other weights"),
    ],
)
def test_files_that_do_not_fit_end_in_one_line(written, said: str, tmp_path: Path) -> None:
    written(tmp_path / "weights.pth")
    with pytest.raises(ModelError, match=said):
        load_weights(_other_resnet(), tmp_path / "weights.pth")


def test_a_network_of_another_size_is_refused(tmp_path: Path) -> None:
    larger = timm.models.ResNet(timm.models.resnet.BasicBlock, (1, 1, 1, 1), num_classes=0, in_chans=4)
    torch.save(larger.state_dict(), tmp_path / "weights.pth")
    with pytest.raises(ModelError, match="another size"):
        load_weights(_other_resnet(), tmp_path / "weights.pth")


def test_the_file_is_found_in_a_folder(tmp_path: Path) -> None:
    for name in ("resnet50-0676ba61.pth", "vgg16.tv_in1k.safetensors", "notes.txt"):
        (tmp_path / name).write_bytes(b"")
    assert find_weights(tmp_path, "resnet50.tv_in1k").name == "resnet50-0676ba61.pth"
    assert find_weights(tmp_path, "vgg16.tv_in1k").name == "vgg16.tv_in1k.safetensors"
    assert find_weights(tmp_path / "notes.txt", "anything").name == "notes.txt"
    with pytest.raises(ModelError, match="holds 2 files of weights and none called convnext_tiny"):
        find_weights(tmp_path, "convnext_tiny.fb_in1k")
    with pytest.raises(ModelError, match="is no file or folder"):
        find_weights(tmp_path / "missing", "resnet50")
