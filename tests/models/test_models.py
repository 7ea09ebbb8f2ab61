"""A models folder is either what its manifest says or refused with one clear line."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from safetensors.numpy import load_file, save_file

from conftest import draw_cover
from img2music import Img2Music
from img2music.errors import ModelError
from img2music.generation.bank import Bank, BankEntry
from img2music.generation.continuation import bar_length
from img2music.genres import GENRES
from img2music.models import folder as models_module
from img2music.models.folder import DECODER, ENCODER, Models
from tiny_models import BAR, BARS, CHANNELS, STEPS, seal, write_bank

ONNX = ("classifier.onnx", "jazz/encoder.onnx", "jazz/decoder.onnx")
BANK = "jazz/bank.safetensors"


def _use(folder: Path) -> None:
    """Use every kind of model there is, for jazz."""
    models = Models(folder)
    Img2Music(models.folder).generate(draw_cover(), genre="jazz", seconds=1)
    models.network("jazz/encoder.onnx")


def _refusal(act: Callable[[], object]) -> str:
    with pytest.raises(ModelError) as caught:
        act()
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) > 20
    return message


def test_a_complete_folder_is_accepted(tiny_models: Path) -> None:
    _use(tiny_models)
    models = Models(tiny_models)
    assert models.genres == GENRES
    assert models.version == "tiny"


def test_what_genres_share_is_loaded_once_and_their_own_for_each(own_models: Path) -> None:
    shutil.copy(own_models / "pop" / "encoder.onnx", own_models / "encoder.onnx")
    for genre in GENRES:
        (own_models / genre / "encoder.onnx").unlink()
    seal(own_models)
    models = Models(own_models)
    encoders, decoders = ([models.network_of(genre, name) for genre in GENRES] for name in (ENCODER, DECODER))
    assert len({id(encoder) for encoder in encoders}) == 1
    assert len({id(decoder) for decoder in decoders}) == len(GENRES)


@pytest.mark.parametrize("name", [*ONNX, BANK])
@pytest.mark.parametrize("place", [0, 0.5, 1])
def test_a_changed_byte_is_noticed(own_models: Path, name: str, place: float) -> None:
    path = own_models / name
    data = bytearray(path.read_bytes())
    data[round(place * (len(data) - 1))] ^= 1
    path.write_bytes(data)
    assert "does not match its checksum" in _refusal(lambda: _use(own_models))


@pytest.mark.parametrize("name", [*ONNX, BANK])
def test_a_missing_file_is_named(own_models: Path, name: str) -> None:
    (own_models / name).unlink()
    assert name in _refusal(lambda: _use(own_models)).replace("\\", "/")


@pytest.mark.parametrize("name", ["jazz/encoder.onnx", BANK])
def test_a_file_that_the_manifest_leaves_out_is_not_read(own_models: Path, name: str) -> None:
    (own_models / name).rename(own_models / "aside")
    seal(own_models)
    (own_models / "aside").rename(own_models / name)
    assert name in _refusal(lambda: _use(own_models))


@pytest.mark.parametrize("name", [*ONNX, BANK])
@pytest.mark.parametrize("share", [0, 0.3, 0.99])
def test_a_truncated_file_with_a_fitting_checksum_is_refused(own_models: Path, name: str, share: float) -> None:
    path = own_models / name
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    seal(own_models)
    assert name in _refusal(lambda: _use(own_models)).replace("\\", "/")


@pytest.mark.parametrize(("name", "tensor"), [("jazz/decoder.onnx", b"latents"), ("classifier.onnx", b"picture")])
def test_names_of_tensors_that_are_no_text_are_refused(own_models: Path, name: str, tensor: bytes) -> None:
    path = own_models / name
    data = path.read_bytes()
    assert tensor in data
    path.write_bytes(data.replace(tensor, b"\xfb" + tensor[1:]))
    seal(own_models)
    assert name in _refusal(lambda: _use(own_models)).replace("\\", "/")


@pytest.mark.parametrize("name", ONNX)
def test_another_network_in_a_models_place_is_refused(own_models: Path, name: str) -> None:
    other = "jazz/decoder.onnx" if name != "jazz/decoder.onnx" else "classifier.onnx"
    (own_models / name).write_bytes((own_models / other).read_bytes())
    seal(own_models)
    if name == "jazz/encoder.onnx":
        from img2music.generation.codec import Encoder

        _refusal(lambda: Encoder(Models(own_models), "jazz")(np.zeros(22050, np.float32)))
    else:
        _refusal(lambda: _use(own_models))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '"text"',
        '{"format": 2, "files": {}}',
        '{"format": "1", "files": {}}',
        '{"files": {}}',
        '{"format": 1}',
        '{"format": 1, "files": ["classifier.onnx"]}',
        "[" * 100_000,
    ],
)
def test_a_manifest_that_is_not_understood_is_refused(own_models: Path, text: str) -> None:
    (own_models / "manifest.json").write_text(text, encoding="utf-8")
    assert "manifest.json" in _refusal(lambda: _use(own_models))


def test_a_manifest_that_is_not_text_is_refused(own_models: Path) -> None:
    (own_models / "manifest.json").write_bytes(b"\xff\xfe\x00")
    _refusal(lambda: _use(own_models))


@pytest.mark.parametrize("facts", [None, 5, "text", [], {}, {"sha256": None}, {"sha256": "0" * 64}])
def test_facts_without_the_right_checksum_are_refused(own_models: Path, facts: object) -> None:
    manifest = json.loads((own_models / "manifest.json").read_text())
    manifest["files"]["classifier.onnx"] = facts
    (own_models / "manifest.json").write_text(json.dumps(manifest))
    assert "classifier.onnx" in _refusal(lambda: _use(own_models))


@pytest.mark.parametrize("form", ["../secret.onnx", "jazz/../../secret.onnx", "{folder}/secret.onnx", "nul\0.onnx"])
def test_a_name_that_leads_out_of_the_folder_is_refused(own_models: Path, form: str) -> None:
    secret = own_models.parent / "secret.onnx"
    secret.write_bytes((own_models / "classifier.onnx").read_bytes())
    name = form.format(folder=own_models.parent)
    manifest = json.loads((own_models / "manifest.json").read_text())
    manifest["files"][name] = manifest["files"]["classifier.onnx"]
    (own_models / "manifest.json").write_text(json.dumps(manifest))
    _refusal(lambda: Models(own_models).read(name))


def test_a_folder_without_models_is_refused(tmp_path: Path) -> None:
    assert "no trained models there" in _refusal(lambda: _use(tmp_path))
    assert "no trained models there" in _refusal(lambda: _use(tmp_path / "missing"))


def test_a_huge_file_is_refused_unread(own_models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models_module, "LARGEST", 1000)
    assert "larger than" in _refusal(lambda: _use(own_models))


def _good_bank() -> dict[str, np.ndarray]:
    return {
        "latents": np.zeros((2, CHANNELS, STEPS), np.float16),
        "directions": np.ones((4, CHANNELS), np.float32),
    }


def _with(name: str, value: float) -> dict[str, np.ndarray]:
    tensors = _good_bank()
    tensors[name].flat[7] = value
    return tensors


@pytest.mark.parametrize(
    "tensors",
    [
        _with("latents", np.nan),
        _with("latents", np.inf),
        _with("directions", np.nan),
        _with("directions", -np.inf),
        _good_bank() | {"latents": np.zeros((0, CHANNELS, STEPS), np.float16)},
        _good_bank() | {"latents": np.zeros((2, CHANNELS), np.float16)},
        _good_bank() | {"latents": np.zeros((2, CHANNELS, 10), np.float16)},
        _good_bank() | {"directions": np.zeros((4, CHANNELS + 1), np.float32)},
        _good_bank() | {"directions": np.zeros(CHANNELS, np.float32)},
        _good_bank() | {"latents": np.zeros((2, CHANNELS, STEPS), np.int32)},
    ],
    ids=[
        "NaN in latents",
        "infinity in latents",
        "NaN in directions",
        "infinity in directions",
        "no entry",
        "no steps",
        "too few steps to be faded",
        "directions of another size",
        "one direction",
        "whole numbers",
    ],
)
def test_a_bank_that_makes_no_sense_is_refused(own_models: Path, tensors: dict[str, np.ndarray]) -> None:
    write_bank(own_models / BANK, **tensors)
    seal(own_models)
    assert "not a bank of embeddings" in _refusal(lambda: Bank.load(Models(own_models), "jazz"))


def test_the_bank_of_these_tests_is_accepted_otherwise(own_models: Path) -> None:
    write_bank(own_models / BANK, **_good_bank())
    seal(own_models)
    assert len(Bank.load(Models(own_models), "jazz").entries) == 2


@pytest.mark.parametrize("missing", ["latents", "directions"])
def test_a_bank_without_one_of_its_parts_is_refused(own_models: Path, missing: str) -> None:
    tensors = load_file(own_models / BANK)
    del tensors[missing]
    save_file(tensors, own_models / BANK, {"entries": "[]"})
    seal(own_models)
    _refusal(lambda: Bank.load(Models(own_models), "jazz"))


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        {"other": "[]"},
        {"entries": "["},
        {"entries": "[]"},
        {"entries": "7"},
        {"entries": '["title", "title"]'},
        {"entries": '[{"title": "only"}, {"title": "only"}]'},
    ],
)
def test_a_bank_whose_entries_are_not_told_is_refused(own_models: Path, metadata: dict[str, str] | None) -> None:
    save_file(_good_bank(), own_models / BANK, metadata)
    seal(own_models)
    assert "not a bank of embeddings" in _refusal(lambda: Bank.load(Models(own_models), "jazz"))


def test_every_entry_is_in_the_order(tiny_models: Path) -> None:
    bank = Bank.load(Models(tiny_models), "pop")
    features = np.linspace(-1, 2, 48, dtype=np.float32)
    orders = {tuple(bank.choose(features, np.random.default_rng(seed))) for seed in range(50)}
    assert all(sorted(order) == [0, 1, 2] for order in orders)
    assert len(orders) > 3


@pytest.mark.parametrize("bars", [[1.0, 1.0], [2.0, 1.0], [float("nan")], ["a"], 3])
def test_bars_that_do_not_follow_one_another_are_refused(bars: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        BankEntry.read({"title": "a", "origin": "b", "licence": "c", "bars": bars})


def test_a_piece_has_its_bars_in_latent_steps(tiny_models: Path) -> None:
    piece = Bank.load(Models(tiny_models), "pop").segment(1, 43.0)
    assert piece.bars == pytest.approx([43.0 * bar for bar in BARS])
    assert bar_length(piece.bars) == pytest.approx(43.0 * BAR)


def test_every_entry_is_as_likely_as_any_other(tiny_models: Path) -> None:
    bank = Bank.load(Models(tiny_models), "pop")
    features = np.linspace(-1, 2, 48, dtype=np.float32)
    chosen = [bank.choose(features, np.random.default_rng(seed))[0] for seed in range(600)]
    assert np.bincount(chosen, minlength=3).min() > 160


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e30])
@pytest.mark.parametrize("name", ["classical/decoder.onnx", "classifier.onnx", "flow.onnx"])
def test_a_network_that_gives_no_numbers_is_refused_without_a_word(
    own_models: Path, name: str, value: float, cover: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    network = onnx.load(own_models / name)
    for weight in network.graph.initializer:
        values = onnx.numpy_helper.to_array(weight)
        if values.dtype == np.float32:
            weight.CopyFrom(onnx.numpy_helper.from_array(np.copysign(np.float32(value), values), weight.name))
    onnx.save(network, own_models / name)
    seal(own_models)
    with pytest.raises(ModelError, match="does not fit"):
        Img2Music(own_models).generate(cover, genre="classical", seconds=1, engine="flow")
    assert capfd.readouterr() == ("", "")


def test_a_bank_of_numbers_beyond_all_is_refused(own_models: Path) -> None:
    path = own_models / "pop" / "bank.safetensors"
    entries = [{"title": "a", "origin": "b", "licence": "c", "bars": [10**400]}] * 3
    save_file(load_file(path), path, {"entries": json.dumps(entries)})
    seal(own_models)
    with pytest.raises(ModelError, match="not a bank"):
        Bank.load(Models(own_models), "pop")


@pytest.mark.parametrize("credit", [7, None, "x" * 5000])
def test_a_credit_that_is_no_short_text_is_refused(credit: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        BankEntry.read({"title": credit, "origin": "shelf", "licence": "CC0-1.0"})


def test_half_a_character_in_the_manifest_is_refused(own_models: Path) -> None:
    seal(own_models, version="\ud800")
    with pytest.raises(ModelError, match="cannot be read"):
        Models(own_models).manifest  # noqa: B018


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("name", ["manifest.json", "classifier.onnx"])
def test_a_pipe_is_refused_without_waiting(own_models: Path, name: str) -> None:
    (own_models / name).unlink()
    os.mkfifo(own_models / name)
    with pytest.raises(ModelError, match="cannot be read"):
        Models(own_models).read("classifier.onnx")


@pytest.mark.parametrize("side", [0, -1, 2**31])
def test_a_classifier_of_pictures_of_no_size_is_refused(own_models: Path, side: int, cover: Path) -> None:
    network = onnx.load(own_models / "classifier.onnx")
    network.graph.input[0].type.tensor_type.shape.dim[3].dim_value = side
    onnx.save(network, own_models / "classifier.onnx")
    seal(own_models)
    with pytest.raises(ModelError):
        Img2Music(own_models).classify(cover)
