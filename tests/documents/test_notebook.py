"""The showcase notebook runs from top to bottom on the bundled models, and lies in the repository without outputs."""

from __future__ import annotations

import base64
import re

import pytest

from places import ROOT

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")
pytest.importorskip("matplotlib")

NOTEBOOK = ROOT / "notebooks" / "showcase.ipynb"


@pytest.fixture(scope="module")
def outputs() -> dict[str, list]:
    """What each code cell puts out when the notebook is run in its folder, by the cell's name."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("import sys\n'torch' in sys.modules", id="torch"))
    client = nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(NOTEBOOK.parent)}})
    client.execute()  # raises when a cell does
    return {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}


def _shown(outputs: list, kind: str) -> list[str]:
    return [output.data[kind] for output in outputs if kind in output.get("data", {})]


def _sounds(outputs: list) -> list[bytes]:
    """The sound files in a cell's players."""
    return [
        base64.b64decode(data)
        for player in _shown(outputs, "text/html")
        for data in re.findall(r"data:audio/wav;base64,([^\"]+)", player)
    ]


@pytest.mark.parametrize(
    ("cell", "count"), [("pictures", 4), ("known", 2), ("sweep", 5), ("top", 3), ("reconstruct", 2)]
)
def test_there_is_something_to_hear(outputs: dict[str, list], cell: str, count: int) -> None:
    sounds = _sounds(outputs[cell])
    assert len(set(sounds)) == count
    assert all(sound.startswith(b"RIFF") and len(sound) > 300_000 for sound in sounds)


@pytest.mark.parametrize("cell", ["spectrogram", "sweep-spectrogram", "top-spectrogram", "reconstruct"])
def test_there_is_something_to_see(outputs: dict[str, list], cell: str) -> None:
    assert len(_shown(outputs[cell], "image/png")) == 1


def test_more_strength_moves_further(outputs: dict[str, list]) -> None:
    told = " ".join(_shown(outputs["sweep"], "text/markdown"))
    differences = [float(number) for number in re.findall(r"([\d.]+) dB from", told)]
    assert differences[0] == 0
    assert differences == sorted(set(differences))


def test_nothing_complains(outputs: dict[str, list]) -> None:
    assert [output for shown in outputs.values() for output in shown if output.output_type == "stream"] == []


def test_a_listener_needs_no_torch(outputs: dict[str, list]) -> None:
    assert _shown(outputs["torch"], "text/plain") == ["False"]


def test_it_is_kept_without_outputs() -> None:
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    assert all(not cell.outputs and cell.execution_count is None for cell in cells if cell.cell_type == "code")
