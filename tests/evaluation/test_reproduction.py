"""The run of the paper's experiments: budget, going on, failures, and the report."""

from __future__ import annotations

import base64
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from clocks import Clock
from img2music.errors import ModelError
from img2music.evaluation.paper import HITS, accuracy_from_recalls, accuracy_interval, inconsistencies
from img2music.experiments.reproduction.differences import differences
from img2music.experiments.reproduction.place import Workplace
from img2music.experiments.reproduction.run import HTML, MARKDOWN, Step, reproduce
from img2music.experiments.reproduction.section import Figure, Section, Sound, Table, cell
from img2music.experiments.reproduction.steps import STEPS


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    return Workplace(tmp_path / "covers", tmp_path / "music", tmp_path / "out")


class _Recorder:
    """A step that notes how often it ran and with how many minutes."""

    def __init__(self, title: str = "Found") -> None:
        self.title = title
        self.budgets: list[float | None] = []

    def __call__(self, place: Workplace, minutes: float | None) -> Section:
        self.budgets.append(minutes)
        return Section(self.title, ["A sentence."], [Table("Numbers", ["a", "b"], [["x|y", 0.5], ["z", None]])])


def _fails(place: Workplace, minutes: float | None) -> Section:
    raise ModelError("there are no weights; fetch them.")


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.sources: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.sources += [value or "" for name, value in attributes if name in ("src", "href")]


def test_the_budget_is_shared_by_the_steps_that_are_left(place: Workplace) -> None:
    first, second, third = _Recorder(), _Recorder(), _Recorder()
    reproduce(place, [Step("a", 1, first), Step("b", 1, second), Step("c", 2, third)], minutes=8, clock=Clock(0.0))
    assert first.budgets[0] == pytest.approx(2, abs=0.1)
    assert second.budgets[0] == pytest.approx(8 / 3, abs=0.1)
    assert third.budgets[0] == pytest.approx(8, abs=0.2)


def test_without_a_budget_the_recipes_decide(place: Workplace) -> None:
    step = _Recorder()
    reproduce(place, [Step("a", 1, step)])
    assert step.budgets == [None]


def test_what_is_done_is_not_done_again(place: Workplace) -> None:
    step = _Recorder()
    reproduce(place, [Step("a", 1, step)], minutes=3)
    reproduce(place, [Step("a", 1, step)], minutes=3)
    assert len(step.budgets) == 1
    reproduce(place, [Step("a", 1, step)], minutes=5)
    assert len(step.budgets) == 2


def test_what_was_done_with_other_bundled_models_is_done_again(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained, bundled = _Recorder(), _Recorder()
    steps = [Step("a", 1, trained), Step("b", 1, bundled, of_bundled=True)]
    reproduce(place, steps, minutes=3)
    manifest = SimpleNamespace(files={"classifier.onnx": SimpleNamespace(sha256="0" * 64)})
    monkeypatch.setattr(
        "img2music.experiments.reproduction.run.Models", lambda: SimpleNamespace(manifest=manifest, version="0")
    )
    reproduce(place, steps, minutes=3)
    assert (len(trained.budgets), len(bundled.budgets)) == (1, 2)


def test_a_step_that_fails_is_named_and_tried_again(place: Workplace) -> None:
    after = _Recorder("After it")
    page = reproduce(place, [Step("weights", 1, _fails), Step("b", 1, after)], minutes=3).read_text()
    assert "there are no weights; fetch them." in page and "After it" in page
    mended = _Recorder("Mended")
    page = reproduce(place, [Step("weights", 1, mended), Step("b", 1, after)], minutes=3).read_text()
    assert "Mended" in page and "there are no weights" not in page
    assert len(mended.budgets) == len(after.budgets) == 1


def test_an_interruption_leaves_the_report_so_far(place: Workplace) -> None:
    def stops(place: Workplace, minutes: float | None) -> Section:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reproduce(place, [Step("a", 1, _Recorder("Early")), Step("b", 1, stops)], minutes=3)
    assert "Early" in (place.out / HTML).read_text()


def test_the_page_holds_its_figures_and_sounds_itself(place: Workplace) -> None:
    def shows(place: Workplace, minutes: float | None) -> Section:
        Image.new("RGB", (2, 2), "red").save(place.figures / "red.png")
        place.sounds.mkdir()
        (place.sounds / "hum.ogg").write_bytes(b"OggS")
        return Section("Shown", figures=[Figure("red.png", "A <red> square.")], sounds=[Sound("hum.ogg", "A hum")])

    page = reproduce(place, [Step("a", 1, shows)]).read_text()
    links = _Links()
    links.feed(page)
    assert {source.split(",")[0] for source in links.sources} == {
        "#section-1",
        "data:image/png;base64",
        "data:audio/ogg;base64",
    }
    picture = next(source for source in links.sources if source.startswith("data:image"))
    assert base64.b64decode(picture.split(",")[1]) == (place.figures / "red.png").read_bytes()
    assert "A &lt;red&gt; square." in page


def test_the_summary_is_markdown(place: Workplace) -> None:
    reproduce(place, [Step("a", 1, _Recorder())])
    text = (place.out / MARKDOWN).read_text()
    assert "| a | b |\n| --- | --- |\n| x\\|y | 0.5 |\n| z | – |" in text
    assert "## Found" in text and "CPU cores" in text
    assert str(place.out) not in text


def test_a_section_comes_back_as_it_was(tmp_path: Path) -> None:
    section = Section("T", ["s"], [Table("t", ["a"], [[1], [None]])], [Figure("f.png", "c")], [Sound("s.ogg", "c")])
    section.save(tmp_path / "section.json")
    assert Section.load(tmp_path / "section.json") == section


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (0.12345, "0.123"), (2.0, "2"), (555.25, "555.2"), (3, "3"), ("as is", "as is")]
)
def test_cells_are_short(value: object, text: str) -> None:
    assert cell(value) == text


def test_the_steps_share_the_whole_budget_and_have_names_of_their_own() -> None:
    assert sum(step.share for step in STEPS) == pytest.approx(1)
    assert len({step.name for step in STEPS}) == len(STEPS)


def test_the_papers_recalls_contradict_its_accuracy() -> None:
    assert sum(covers for _, covers in HITS.values()) == 400
    assert accuracy_from_recalls() == pytest.approx(0.625)
    low, high = accuracy_interval()
    assert low == pytest.approx(0.559, abs=1e-3) and high == pytest.approx(0.654, abs=1e-3)
    assert any("62.5%" in sentence and "60.75%" in sentence for sentence in inconsistencies())


def test_differences_need_no_data(place: Workplace) -> None:
    section = differences(place, None)
    assert section.text == inconsistencies() and section.tables
