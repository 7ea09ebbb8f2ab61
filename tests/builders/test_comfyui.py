"""The node does what ComfyUI expects of nodes. ComfyUI itself is no package; what it does with them is done here."""

from __future__ import annotations

import importlib.util
import inspect
import os
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import mido
import numpy as np
import pytest

from img2music import Img2Music
from img2music.errors import OptionError
from places import ROOT

torch = pytest.importorskip("torch")
FOLDER = ROOT / "comfyui"
TYPES = {"IMAGE", "AUDIO", "STRING", "INT", "FLOAT", "BOOLEAN"}


def save_path(prefix: str, folder: str) -> tuple[str, str, int, str, str]:
    """As ComfyUI's `folder_paths`: the folder, the name, the next free number, the sub-folder and the prefix."""
    whole = os.path.join(folder, os.path.dirname(prefix))
    os.makedirs(whole, exist_ok=True)
    name = os.path.basename(prefix)
    numbers = [int(found.split("_")[1]) for found in os.listdir(whole) if found.startswith(f"{name}_")]
    return whole, name, max(numbers, default=0) + 1, os.path.dirname(prefix), prefix


@pytest.fixture
def output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """ComfyUI's output folder."""
    module = ModuleType("folder_paths")
    module.get_output_directory = lambda: str(tmp_path)  # type: ignore[attr-defined]
    module.get_save_image_path = save_path  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "folder_paths", module)
    return tmp_path


@pytest.fixture(scope="module")
def loaded() -> ModuleType:
    """The folder, imported as ComfyUI imports folders of `custom_nodes`."""
    name = str(FOLDER).replace(".", "_x_")
    spec = importlib.util.spec_from_file_location(name, FOLDER / "__init__.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def node(loaded: ModuleType) -> Any:
    return loaded.NODE_CLASS_MAPPINGS["Img2Music"]


def _inputs(node: Any) -> dict[str, tuple[Any, dict[str, Any]]]:
    given = node.INPUT_TYPES()
    assert set(given) <= {"required", "optional", "hidden"}
    return {**given["required"], **given["optional"]}


def _make(node: Any, models: Path, pictures: Any, **values: Any) -> Any:
    """What the node gives when ComfyUI calls it with the inputs as they are drawn, but for `values`."""
    drawn = {
        name: kind[0] if isinstance(kind, list) else about["default"]
        for name, (kind, about) in _inputs(node).items()
        if name != "image"
    }
    return getattr(node(), node.FUNCTION)(image=pictures, **(drawn | {"models": str(models)} | values))


def test_what_is_loaded_describes_itself(loaded: ModuleType, node: Any) -> None:
    assert set(loaded.NODE_DISPLAY_NAME_MAPPINGS) == set(loaded.NODE_CLASS_MAPPINGS)
    assert isinstance(node.CATEGORY, str)
    assert set(node.RETURN_TYPES) <= TYPES
    assert (
        len(node.RETURN_TYPES) == len(node.RETURN_NAMES) == len(node.OUTPUT_IS_LIST) == len(node.OUTPUT_TOOLTIPS) == 3
    )


def test_every_input_is_an_argument_within_its_bounds(node: Any) -> None:
    takes = inspect.signature(getattr(node, node.FUNCTION)).parameters
    assert list(takes) == ["self", *_inputs(node)]
    for name, (kind, about) in _inputs(node).items():
        assert isinstance(kind, list) or kind in TYPES
        if "min" in about:
            assert about["min"] <= about["default"] <= about["max"]
        assert isinstance(kind, list) or "default" in about or name == "image"


def test_pictures_become_music_midi_and_text(node: Any, score_models: Path, output: Path) -> None:
    pictures = torch.zeros(2, 48, 64, 3)
    pictures[0, ..., 0] = pictures[1, ..., 1] = 1.0
    made = _make(node, score_models, pictures, seconds=4.0)
    audio, midi, texts = made["result"]
    assert len(audio) == len(midi) == len(texts) == 2
    assert made["ui"]["text"] == texts
    assert [text.split(" of ")[1].split()[0] for text in texts] == ["classical", "hiphop"]
    for sound in audio:
        batch, channels, length = sound["waveform"].shape
        assert (batch, channels in (1, 2)) == (1, True)
        assert sound["waveform"].dtype == torch.float32
        assert 0 < sound["waveform"].abs().max() <= 1
        assert 1 < length / sound["sample_rate"] < 20
    assert [Path(path).parent for path in midi] == [output / "img2music"] * 2
    assert len({*midi}) == 2
    for path in midi:
        assert any(message.type == "note_on" for message in mido.MidiFile(path))


def test_the_same_inputs_give_the_same_samples(node: Any, score_models: Path, output: Path) -> None:
    picture = torch.rand(1, 32, 32, 3)
    first, second = (_make(node, score_models, picture, seconds=2.0)["result"][0][0] for _ in range(2))
    assert torch.equal(first["waveform"], second["waveform"])


def test_known_music_has_no_score(node: Any, score_models: Path, output: Path) -> None:
    audio, midi, _ = _make(node, score_models, torch.rand(1, 32, 32, 4), engine="flow", seconds=2.0)["result"]
    assert (len(audio), midi) == (1, [""])
    assert list(output.iterdir()) == []


def test_options_that_contradict_each_other_are_one_line(node: Any, score_models: Path, output: Path) -> None:
    with pytest.raises(OptionError, match="bpm needs the engine compose"):
        _make(node, score_models, torch.rand(1, 32, 32, 3), engine="flow", bpm=100.0)


def test_mono_and_stereo_have_their_channels_first(loaded: ModuleType, tiny: Img2Music, cover: Path) -> None:
    audio_of = sys.modules[f"{loaded.__name__}.nodes"].audio_of
    snippet = tiny.generate(cover, seconds=1)
    mono = np.linspace(-1, 1, 1000, dtype=np.float32)
    sound = audio_of(replace(snippet, samples=mono, rate=1000))
    assert (sound["waveform"].shape, sound["sample_rate"]) == ((1, 1, 1000), 1000)
    both = audio_of(replace(snippet, samples=np.stack([mono, -mono], axis=1), rate=44100))
    assert (both["waveform"].shape, both["sample_rate"]) == ((1, 2, 1000), 44100)
    assert np.array_equal(both["waveform"][0, 1].numpy(), -mono)
