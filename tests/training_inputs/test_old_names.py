"""Weights that were stored under earlier names of layers and buffers still load."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")
pytest.importorskip("lightning")

import torch

from img2music.generation.flow import CONDITIONS
from img2music.training.backbones.backbones import Normalise
from img2music.training.flow.network import FlowShape, LatentFlow, flow_map, instantaneous, is_flow_map
from img2music.training.score.flow_network import ScoreFlow, ScoreFlowShape
from img2music.training.score.network import ScoreNetwork, ScoreShape
from img2music.training.score.warm_start import begin_from
from img2music.training.spectrogram_vae.network import Shape, SpectrogramVAE

FLOW = FlowShape(width=64, blocks=2, latent=4)


def _renamed(weights: dict[str, torch.Tensor], new: str, old: str) -> dict[str, torch.Tensor]:
    found = {name.replace(new, old): value for name, value in weights.items()}
    assert found.keys() != weights.keys()
    return found


def test_a_vae_loads_its_statistics() -> None:
    before, after = SpectrogramVAE(Shape(width=8)), SpectrogramVAE(Shape(width=8))
    before.set_statistics(torch.ones(513), torch.full((513,), 3.0))
    after.load_state_dict(_renamed(before.state_dict(), ".std", ".deviation"))
    assert torch.equal(after.encoder.std, before.encoder.std) and torch.equal(after.decoder.std, before.decoder.std)


def test_a_classifier_loads_what_pictures_are_normalised_with() -> None:
    Normalise().load_state_dict(_renamed(Normalise().state_dict(), "std", "deviation"))


def test_a_flow_loads_its_modulation() -> None:
    before, after = LatentFlow(FLOW), LatentFlow(FLOW)
    old = _renamed(before.state_dict(), "modulation.", "tell.")
    after.load_state_dict(old)
    assert all(torch.equal(value, before.state_dict()[name]) for name, value in after.state_dict().items())
    assert not is_flow_map(old)


def test_a_flow_map_is_known_by_its_old_weights_and_gives_a_flow() -> None:
    distilled = flow_map(LatentFlow(FLOW))
    old = _renamed(distilled.state_dict(), "modulation.", "tell.")
    assert is_flow_map(old)
    flow = LatentFlow(FLOW)
    flow.load_state_dict(instantaneous(old))
    latents, time, condition = torch.randn(1, 4, 16), torch.rand(1), torch.rand(1, CONDITIONS)
    expected = distilled(latents, time, condition, time)
    torch.testing.assert_close(flow(latents, time, condition), expected)


def test_networks_for_scores_load_their_modulation() -> None:
    shape = ScoreShape(width=16, blocks=1, latent=4, part_width=8)
    for kind in (lambda: ScoreNetwork(shape), lambda: ScoreFlow(ScoreFlowShape(width=16, blocks=1), shape)):
        before, after = kind(), kind()
        old = _renamed(before.state_dict(), "modulation.", "tell.")
        after.load_state_dict(old)
        assert all(torch.equal(value, before.state_dict()[name]) for name, value in after.state_dict().items())


def test_a_network_for_scores_begins_from_old_weights() -> None:
    shape = ScoreShape(width=16, blocks=1, latent=4, part_width=8)
    before, after = ScoreNetwork(shape), ScoreNetwork(shape)
    begin_from(after, _renamed(before.state_dict(), "modulation.", "tell."))
    assert all(torch.equal(value, before.state_dict()[name]) for name, value in after.state_dict().items())
