"""Figures show what they are given, look the same every time, and are written whole or not at all."""

# ruff: noqa: E402 (imports follow the check that they can work)

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

for _package in ("matplotlib", "librosa", "sklearn"):
    pytest.importorskip(_package, reason=f"{_package} is not installed")

import matplotlib as mpl
from matplotlib.figure import Figure

from conftest import draw_cover
from img2music.audio.stft import RATE
from img2music.cli.main import main
from img2music.data.covers.cover import Cover
from img2music.errors import ModelError, OptionError, OutputError
from img2music.genres import GENRES
from img2music.metrics.classification import classification_report
from img2music.output.snippet import Snippet
from img2music.plotting.augmentations import augmented_cover
from img2music.plotting.calibration import reliability_diagram
from img2music.plotting.confusion import class_table, confusion_matrices, log_normalised
from img2music.plotting.covers import sample_covers
from img2music.plotting.curves import Curves, read_curves, training_curves
from img2music.plotting.sound import sound_grid
from img2music.plotting.style import GENRE_COLOURS, figure_bytes, new_figure, save_figure

MATRIX = [[71, 10, 15, 9], [3, 64, 8, 10], [9, 17, 66, 14], [12, 21, 22, 49]]


def _texts(figure: Figure) -> list[str]:
    texts = [text.get_text() for axes in figure.axes for text in axes.texts]
    return [text for text in texts if text]


def _sine(hertz: float, seconds: float = 1.0, genre: str = "jazz") -> Snippet:
    time = np.arange(round(seconds * RATE)) / RATE
    return Snippet(np.sin(2 * np.pi * hertz * time).astype(np.float32), RATE, genre)


@pytest.mark.parametrize("format", ["png", "svg"])
def test_equal_figures_are_equal_files(format: str) -> None:
    first, second = (figure_bytes(confusion_matrices(MATRIX), format) for _ in range(2))
    assert first == second
    assert b"Confusion matrix: 400 covers" in first


def test_figures_do_not_depend_on_the_readers_settings() -> None:
    plain = figure_bytes(confusion_matrices(MATRIX))
    with mpl.rc_context({"font.size": 20, "axes.facecolor": "black"}):
        assert figure_bytes(confusion_matrices(MATRIX)) == plain
        assert mpl.rcParams["font.size"] == 20


def test_a_figure_replaces_another_only_when_told(tmp_path: Path) -> None:
    figure, path = new_figure(1, "empty"), tmp_path / "figure.png"
    path.write_text("mine")
    with pytest.raises(OutputError, match="exists"):
        save_figure(figure, path)
    assert path.read_text() == "mine"
    assert save_figure(figure, path, force=True) == path
    assert Image.open(path).format == "PNG"
    with pytest.raises(OptionError, match="png, svg"):
        save_figure(figure, tmp_path / "figure.bmp")
    assert list(tmp_path.iterdir()) == [path]


def test_long_titles_stay_inside() -> None:
    figure = new_figure(2, "word " * 60)
    figure.draw_without_rendering()
    extent = figure._suptitle.get_window_extent()
    assert extent.x0 >= 0
    assert extent.x1 <= figure.bbox.width


def test_covers_stand_in_the_row_of_their_genre(tmp_path: Path) -> None:
    covers = []
    for genre, colours in {"jazz": ("red", "lime"), "pop": ("blue",)}.items():
        for colour in colours:
            path = tmp_path / f"{colour}.png"
            Image.new("RGB", (30, 20), colour).save(path)
            covers.append(Cover(path, genre, "", colour))
    figure = sample_covers(covers)
    shown = [[image.get_array()[0, 0, :3].tolist() for image in axes.images] for axes in figure.axes]
    assert shown == [[[255, 0, 0]], [[0, 255, 0]], [[0, 0, 255]], []]
    assert _texts(figure) == ["jazz", "pop"]


def test_views_are_shown_beside_the_cover_whatever_they_are() -> None:
    cover = draw_cover(size=(32, 32))
    pixels = np.moveaxis(np.asarray(cover), -1, 0)
    figure = augmented_cover(cover, {"picture": cover, "bytes": pixels, "floats": pixels / 255})
    assert [axes.get_title("center") for axes in figure.axes] == ["original", "picture", "bytes", "floats"]
    for axes in figure.axes:
        np.testing.assert_array_equal(axes.images[0].get_array(), np.asarray(cover))


def test_confusion_matrices_say_every_count() -> None:
    texts = _texts(confusion_matrices(MATRIX))
    assert [int(text.split("\n")[0]) for text in texts[:16]] == [count for row in MATRIX for count in row]
    assert texts[0].endswith("68%")  # of 105
    assert [float(text) for text in texts[16:]] == pytest.approx(log_normalised(MATRIX).ravel().tolist(), abs=0.005)


def test_logarithms_run_from_0_to_1() -> None:
    values = log_normalised([[0, 1], [3, 7]])
    np.testing.assert_allclose(values, [[0, 1 / 3], [2 / 3, 1]])
    assert not log_normalised(np.zeros((4, 4))).any()


def test_the_table_sets_ours_beside_the_papers() -> None:
    ours = {genre: {"recall": 0.5, "precision": 0.25, "f1": 1 / 3} for genre in GENRES}
    paper = {"jazz": {"recall": 0.4712, "precision": 0.4712, "f1": 0.4712}}
    texts = _texts(class_table(ours, paper, "mine"))
    assert texts.count("33.3") == 4
    assert texts.count("47.1") == 3
    assert texts.count("–") == 9
    assert {"mine", "the paper's Table 1", *GENRES} < set(texts)


def test_a_tone_stands_at_its_frequency() -> None:
    figure = sound_grid([("tone", _sine(1000))])
    wave, mel = figure.axes[0], figure.axes[2]
    assert (wave.get_title("left"), wave.get_xlim(), wave.get_ylim()) == ("tone", (0, 1), (-1, 1))
    assert (mel.get_xlabel(), mel.get_ylabel()) == ("time (s)", "frequency (Hz)")
    (image,) = mel.images
    _, _, low, high = image.get_extent()
    row = image.get_array().mean(1).argmax()
    brightest = low + (row + 0.5) * (high - low) / image.get_array().shape[0]
    labels = dict(zip([label.get_text() for label in mel.get_yticklabels()], mel.get_yticks(), strict=True))
    assert brightest == pytest.approx(labels["1k"], abs=(high - low) / 100)
    assert image.get_array().max() == 0


def test_a_click_is_seen_in_the_waveform() -> None:
    samples = np.zeros(15 * RATE, np.float32)
    samples[100_001] = 0.9
    figure = sound_grid([("click", Snippet(samples, RATE, "pop"))])
    (area,) = figure.axes[0].collections
    points = area.get_paths()[0].vertices
    time, height = points[points[:, 1].argmax()]
    assert height == pytest.approx(0.9)
    assert time == pytest.approx(100_001 / RATE, abs=0.02)


def test_sounds_fill_a_grid() -> None:
    figure = sound_grid([(genre, _sine(440, genre=genre)) for genre in GENRES[:3]])
    shown = [axes for axes in figure.axes if axes.get_visible()]
    assert [title for axes in shown if (title := axes.get_title("left"))] == ["classical", "hiphop", "pop"]
    assert shown[-1].get_ylabel() == "dB from the loudest"
    assert len(shown) == 7


def _write_log(run: Path, text: str) -> Path:
    (run / "log").mkdir(parents=True)
    (run / "log" / "metrics.csv").write_text(text, encoding="utf-8")
    return run


CLASSIFIER_LOG = """\
epoch,step,train_loss,validation_accuracy,validation_loss
0,9,,0.4,1.3
0,9,1.4,,
1,19,,0.5,1.2
1,19,1.1,,
"""


def test_curves_are_means_over_epochs(tmp_path: Path) -> None:
    run = _write_log(tmp_path / "vae-pop", "epoch,kl,step,validation_error_db\n0,2,0,\n0,4,50,\n1,7,100,\n1,,149,5.5\n")
    curves = read_curves(run)
    assert curves.name == "vae-pop"
    assert {name: (x.tolist(), y.tolist()) for name, (x, y) in curves.metrics.items()} == {
        "kl": ([1, 2], [3, 7]),
        "validation_error_db": ([2], [5.5]),
    }


def test_what_is_no_log_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds no log"):
        read_curves(tmp_path)
    for number, text in enumerate(("a,b\n1,2\n", "epoch,loss\n0,high\n", "epoch,loss\nnone,1\n", "epoch,a\n0,1,2\n")):
        with pytest.raises(ModelError, match="not the log"):
            read_curves(_write_log(tmp_path / str(number), text))
    with pytest.raises(ModelError, match="nothing yet"):
        read_curves(_write_log(tmp_path / "begun", "epoch,step,train_loss\n"))


def test_runs_share_a_panel_for_each_quantity(tmp_path: Path) -> None:
    runs = [read_curves(_write_log(tmp_path / name, CLASSIFIER_LOG)) for name in ("first", "second")]
    figure = training_curves(runs)
    accuracy, loss = figure.axes
    assert (accuracy.get_title("left"), loss.get_title("left")) == ("accuracy", "loss")
    assert len(accuracy.lines) == 2
    assert sorted(line.get_linestyle() for line in loss.lines) == ["-", "-", "--", "--"]
    assert len({line.get_color() for line in loss.lines}) == 2
    (solid,) = (line for line in loss.lines[:2] if line.get_linestyle() == "-")
    assert solid.get_xydata().tolist() == [[1, 1.3], [2, 1.2]]
    assert [text.get_text() for text in figure.legends[0].texts] == ["first", "second", "held out", "training"]


def test_a_genres_run_has_the_genres_colour() -> None:
    points = np.array([1, 2]), np.array([0.5, 0.4])
    names = ("vae-all", "vae-jazz", "vae-classical")
    lines = training_curves([Curves(name, {"validation_error_db": points}) for name in names]).axes[0].lines
    colours = [line.get_color() for line in lines]
    assert colours[1:] == [GENRE_COLOURS["jazz"], GENRE_COLOURS["classical"]]
    assert len(set(colours)) == 3


def test_reliability_is_accuracy_over_confidence() -> None:
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.3, 0.7], [0.25, 0.75]])
    figure = reliability_diagram(probabilities, np.array([0, 1, 1, 1]))
    upper, lower = figure.axes
    assert upper.lines[-1].get_xydata() == pytest.approx(np.array([[0.725, 1], [0.9, 0.5]]))
    assert [bar.get_height() for bar in lower.patches] == [0, 0, 0, 0, 0, 0, 0, 2, 0, 2]
    assert "0.338" in figure.get_suptitle()  # (0.275 + 0.4) / 2


Draw = Callable[..., tuple[int, str, str]]


@pytest.fixture
def draw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Draw:
    """Runs `img2music figures` in the test's folder: exit status, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["img2music", "figures", "--out", "out", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        captured = capfd.readouterr()
        return int(end.value.code or 0), captured.out, captured.err

    return run


@pytest.fixture
def classifier_run(tmp_path: Path) -> Path:
    """A run folder as `train classifier` leaves it."""
    run = _write_log(tmp_path / "runs" / "tiny", CLASSIFIER_LOG)
    random = np.random.default_rng(0)
    probabilities, targets = random.dirichlet(np.ones(4), 40), random.integers(0, 4, 40)
    np.savez(run / "predictions.npz", probabilities=probabilities, targets=targets, sources=np.full(40, "here"))
    (run / "report.json").write_text(
        json.dumps(classification_report(probabilities, targets).to_json()), encoding="utf-8"
    )
    return run


def test_folders_become_the_papers_figures(draw: Draw, tiny_models: Path, classifier_run: Path, tmp_path: Path) -> None:
    pytest.importorskip("torchvision")
    for genre in GENRES:
        for folder in ("covers", "music"):
            (tmp_path / folder / genre).mkdir(parents=True)
        draw_cover().save(tmp_path / "covers" / genre / "a.png")
        soundfile.write(tmp_path / "music" / genre / "a.wav", 0.1 * _sine(440).samples, RATE)
    options = ("--covers", "covers", "--music", "music", "--runs", classifier_run, "--models", tiny_models)
    status, out, err = draw(*options)
    assert status == 0, err
    assert sorted(out.splitlines()) == sorted(str(path.relative_to(tmp_path)) for path in (tmp_path / "out").iterdir())
    assert {Path(line).stem for line in out.splitlines()} == {
        "calibration-tiny",
        "curves-classifiers",
        "figure-3-covers",
        "figure-4-augmentations",
        "figure-5-confusion-tiny",
        "figure-6-sound",
        "reconstructions",
        "table-1-tiny",
    }
    before = {path: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    status, _, err = draw(*options)
    assert status == 2
    assert "--force" in err
    assert draw("--covers", "covers", "--force")[0] == 0
    assert {path: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_a_classifier_that_was_trained_without_epochs_has_no_curves(draw: Draw, classifier_run: Path) -> None:
    pytest.importorskip("torchvision")
    (classifier_run / "log" / "metrics.csv").unlink()
    status, out, err = draw("--runs", classifier_run)
    assert (status, err) == (0, "")
    assert {Path(line).stem for line in out.splitlines()} == {
        "calibration-tiny",
        "figure-5-confusion-tiny",
        "table-1-tiny",
    }


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "--covers, --music or --runs"),
        (["--covers", "nowhere"], "nowhere"),
        (["--music", "nowhere"], "nowhere"),
        (["--runs", "."], "metrics.csv"),
        (["--runs", "runs/tiny", "--runs", "runs/tiny"], "Two runs are called tiny"),
        (["--runs", "runs/tiny", "--format", "bmp"], "png, svg"),
    ],
)
def test_a_mistake_is_one_line(
    draw: Draw, classifier_run: Path, tmp_path: Path, options: list[str], words: str
) -> None:
    pytest.importorskip("torchvision")
    status, out, err = draw(*options)
    assert (status, out) == (2, "")
    assert err.startswith("img2music: ")
    assert err.count("\n") == 1
    assert words in err
    assert not (tmp_path / "out").exists()


def test_a_run_without_its_report_is_one_line(draw: Draw, classifier_run: Path) -> None:
    pytest.importorskip("torchvision")
    (classifier_run / "report.json").unlink()
    status, _, err = draw("--runs", classifier_run)
    assert status == 2
    assert "no complete results" in err
