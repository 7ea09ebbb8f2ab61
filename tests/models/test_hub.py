"""Models saved in the form of the Hugging Face Hub play the same, and nothing else is ever replaced or fetched."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from conftest import Run
from img2music import Img2Music
from img2music.errors import ModelError, OptionError, OutputError
from img2music.models.folder import Models
from img2music.options import DEFAULT_STRENGTHS
from img2music.stereo.transform import RATE
from places import ROOT
from tiny_models import CHANNELS, seal

EXAMPLE = ROOT / "examples" / "jazz.png"


def _names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled models, saved."""
    return Img2Music().save_pretrained(tmp_path_factory.mktemp("hub") / "models")


def test_saved_models_play_the_same_samples(saved: Path) -> None:
    first = Img2Music().generate(EXAMPLE, seed=7, seconds=4)
    again = Img2Music.from_pretrained(saved).generate(EXAMPLE, seed=7, seconds=4)
    np.testing.assert_array_equal(first.samples, again.samples)
    assert first.provenance == again.provenance


def test_the_folder_holds_the_models_and_what_describes_them(saved: Path) -> None:
    bundled = Models()
    assert _names(saved) == {*bundled.manifest.files, "manifest.json", "config.json", "README.md"}
    assert Models(saved).manifest == bundled.manifest
    facts = json.loads((saved / "config.json").read_text())
    assert (facts["model_type"], facts["models_version"]) == ("img2music", bundled.version)
    assert (facts["sample_rate"], facts["channels"], facts["latent_channels"]) == (RATE, 2, 64)
    assert facts["genres"] == list(bundled.genres)
    assert facts["default_engine"] == Img2Music().engines[0]


def test_the_card_has_a_head_and_names_licences_and_figures(saved: Path) -> None:
    yaml = pytest.importorskip("yaml")
    text = (saved / "README.md").read_text(encoding="utf-8")
    _, head, body = text.split("---\n", 2)
    facts = yaml.safe_load(head)
    assert (facts["license"], facts["library_name"]) == ("mit", "img2music")
    assert {"pipeline_tag", "tags"} < set(facts)
    manifest = Models().manifest
    licences = {licence for genre in Models().genres for licence in manifest.trained_on[genre]["licences"]}
    assert all(licence in body for licence in licences)
    assert f"{manifest.figures['classifier_split']['accuracy']:.4g}" in body
    assert "PaddleOCR" in body and "EfficientNet" in body
    assert "$" not in body


def test_the_card_says_what_the_default_makes_of_a_known_clip(saved: Path, own_models: Path, tmp_path: Path) -> None:
    text = " ".join((saved / "README.md").read_text(encoding="utf-8").split())
    assert "With the engine flow a known clip becomes new music" in text
    assert f"{DEFAULT_STRENGTHS['flow']:g} is the default" in text
    (own_models / "flow.onnx").unlink()
    seal(own_models)
    without_flow = (Img2Music(own_models).save_pretrained(tmp_path / "out") / "README.md").read_text(encoding="utf-8")
    assert "engine perturb a known clip stays what it is" in without_flow and "engine flow" not in without_flow


def test_the_card_of_other_models_claims_no_licence_and_holds_no_markup(own_models: Path, tmp_path: Path) -> None:
    seal(own_models, version="9\n---\n", trained_on={"<b>|": ["x\ny", 1], "deep": {"a": {"b": {"c": {}}}}}, figures=3)
    text = (Img2Music(own_models).save_pretrained(tmp_path / "out") / "README.md").read_text()
    assert "license: other\n" in text
    assert "models 9?---?\n" in text
    assert "| &lt;b>\\| | x?y; 1 |" in text
    assert "PaddleOCR" not in text


def test_a_saved_folder_is_a_models_folder(run: Run, tiny: Img2Music, cover: Path, tmp_path: Path) -> None:
    folder = tiny.save_pretrained(tmp_path / "new" / "models")
    assert json.loads((folder / "config.json").read_text())["latent_channels"] == CHANNELS
    assert run("generate", cover, "--seconds", 1, "-q", models=folder)[0] == 0
    assert run("info", models=folder)[0] == 0


def test_models_are_replaced_and_nothing_else_is(tiny: Img2Music, own_models: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (own_models, tmp_path / "empty"):
        tiny.save_pretrained(folder)
        tiny.save_pretrained(folder)  # in place of what it wrote itself
        assert "README.md" in _names(folder)
    notes = own_models / "notes.txt"
    notes.write_text("precious")
    with pytest.raises(OutputError, match=r"notes\.txt"):
        tiny.save_pretrained(own_models)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.md").write_text("precious")
    with pytest.raises(OutputError, match="holds no models"):
        tiny.save_pretrained(tmp_path / "other")
    with pytest.raises(OutputError, match="is a file"):
        tiny.save_pretrained(notes)
    assert notes.read_text() == (tmp_path / "other" / "thesis.md").read_text() == "precious"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_damaged_models_are_not_saved(own_models: Path, tmp_path: Path) -> None:
    damaged = Img2Music(own_models)
    (own_models / "pop" / "decoder.onnx").write_bytes(b"changed")
    with pytest.raises(ModelError, match="checksum"):
        damaged.save_pretrained(tmp_path / "out")
    assert {path.name for path in tmp_path.iterdir()} == {own_models.name}


def test_models_can_be_saved_over_themselves(own_models: Path, tiny: Img2Music, cover: Path) -> None:
    own = Img2Music(own_models)
    own.save_pretrained(own_models)
    samples = own.generate(cover, seconds=1).samples
    np.testing.assert_array_equal(samples, tiny.generate(cover, seconds=1).samples)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, own_models: Path) -> list[tuple[str, dict[str, object]]]:
    """A Hub that has `shelf/tiny` and writes down what it is asked for."""
    asked: list[tuple[str, dict[str, object]]] = []

    def snapshot_download(name: str, **options: object) -> str:
        asked.append((name, options))
        if name != "shelf/tiny":
            raise ConnectionError("no such repository\nand more")
        return str(own_models)

    module = ModuleType("huggingface_hub")
    module.snapshot_download = snapshot_download
    monkeypatch.setitem(sys.modules, "huggingface_hub", module)
    return asked


def test_a_name_is_fetched_from_the_hub(hub: list[tuple[str, dict[str, object]]], cover: Path) -> None:
    img2music = Img2Music.from_pretrained("shelf/tiny", revision="v1", local_files_only=True)
    assert img2music.generate(cover, seconds=1).genre == "classical"
    ((name, options),) = hub
    assert (name, options["revision"], options["local_files_only"]) == ("shelf/tiny", "v1", True)
    assert set(options["allow_patterns"]) == {"*.json", "*.onnx", "*.safetensors", "README.md"}


def test_what_was_fetched_is_checked(hub: list[tuple[str, dict[str, object]]], own_models: Path, cover: Path) -> None:
    (own_models / "classifier.onnx").write_bytes(b"changed")
    with pytest.raises(ModelError, match="checksum"):
        Img2Music.from_pretrained("shelf/tiny").generate(cover)


@pytest.mark.parametrize("source", ["shelf/other", "nothing", "a/b/c", "../x", "https://example.org/a", ""])
def test_what_is_not_there_is_one_line(
    hub: list[tuple[str, dict[str, object]]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, source: str
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(ModelError) as problem:
        Img2Music.from_pretrained(source)
    assert "\n" not in str(problem.value)
    assert [name for name, _ in hub] == (["shelf/other"] if source == "shelf/other" else [])


def test_a_folder_is_used_without_the_hub(hub: list[tuple[str, dict[str, object]]], own_models: Path) -> None:
    assert Img2Music.from_pretrained(own_models).models.version == "tiny"
    with pytest.raises(OptionError, match="revision"):
        Img2Music.from_pretrained(own_models, revision="v1")
    assert hub == []


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(OptionError, match=r"pip install 'img2music\[hub\]'"):
        Img2Music.from_pretrained("shelf/tiny")


def test_the_hub_is_not_imported_for_a_folder(tiny_models: Path) -> None:
    code = f"import sys, img2music; img2music.Img2Music.from_pretrained({str(tiny_models)!r}); "
    code += "print('huggingface_hub' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"
