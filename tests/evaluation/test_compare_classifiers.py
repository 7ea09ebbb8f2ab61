"""The paper's classifiers: recipes as it says, trained and tested alike, within their time, and resumed."""

# ruff: noqa: E402 (imports follow the check that they can work)

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

for _package in ("torch", "torchvision", "lightning", "timm", "sklearn", "yaml"):
    pytest.importorskip(_package, reason=f"{_package} is not installed")

import huggingface_hub
import lightning
import timm
import torch
import yaml
from huggingface_hub.errors import LocalEntryNotFoundError
from safetensors.torch import load_file, save_file
from torch.utils.data import DataLoader
from torchvision.transforms import v2

from clocks import Clock, training_clock
from conftest import draw_cover
from img2music.cli.main import main
from img2music.data.covers.cover import read_covers
from img2music.errors import ModelError, OptionError, PictureError
from img2music.experiments.comparison.classifiers import RECIPES, compare_classifiers
from img2music.genres import GENRES
from img2music.training.backbones import imagenet
from img2music.training.backbones.backbones import backbone
from img2music.training.classifier.network import GenreClassifier, balanced_sampler, predict, stem_outputs
from img2music.training.classifier.run import train_on_split
from img2music.training.common.complexity import latency, parameter_count
from img2music.training.common.recipe import ClassifierRecipe, read_recipe
from img2music.training.common.runs import fit
from img2music.training.covers.split import PARTS, read_cover_split
from img2music.training.covers.views import EvaluationView, paper_augmentations, training_view

TINY = replace(
    read_recipe(ClassifierRecipe, "paper-convnext"),
    network="test_convnext",
    training_size=32,
    size=32,
    batch=8,
    epochs=1,
)
COLOURS = dict(zip(GENRES, ("ivory", "crimson", "magenta", "navy"), strict=True))


def _draw_covers(folder: Path, count: int = 10) -> Path:
    """`count` covers of each genre, each genre in its colour, and an index that says they are unlike."""
    lines = ["file,genre"]
    for genre, colour in COLOURS.items():
        (folder / genre).mkdir(parents=True)
        for number in range(count):
            draw_cover(colour, (40 + number, 40)).save(folder / genre / f"{number}.png")
            lines.append(f"{genre}/{number}.png,{genre}")
    (folder / "covers.csv").write_text("\n".join(lines))
    return folder


def _write_recipe(folder: Path, name: str, recipe: ClassifierRecipe = TINY, **changes: object) -> str:
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(asdict(replace(recipe, **changes))))
    return str(path)


@pytest.fixture(scope="module")
def covers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _draw_covers(tmp_path_factory.mktemp("data") / "covers")


@pytest.fixture(scope="module")
def recipes(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("recipes")
    return [_write_recipe(folder, "one"), _write_recipe(folder, "two", network="test_resnet")]


@pytest.fixture(scope="module")
def compared(covers: Path, recipes: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a comparison of two tiny networks."""
    out = tmp_path_factory.mktemp("out") / "comparison"
    compare_classifiers(covers, out, recipes, weights="none")
    return out


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither cached weights nor a server that has them."""

    def missing(*_: object, **__: object) -> str:
        raise LocalEntryNotFoundError("not cached")

    monkeypatch.setattr(imagenet, "hf_hub_download", missing)
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", "http://127.0.0.1:9")


# Recipes


@pytest.mark.parametrize("name", [name for name in RECIPES if name.startswith("paper-")])
def test_a_paper_recipe_is_as_the_paper_says(name: str) -> None:
    recipe = read_recipe(ClassifierRecipe, name)
    assert timm.is_model(recipe.network)
    assert (recipe.batch, recipe.optimizer, recipe.patience, recipe.size, recipe.training_size) == (
        50,
        "adam",
        5,
        224,
        224,
    )
    assert recipe.learning_rate == recipe.backbone_rate == 1e-4
    assert recipe.weight_decay == 0.005
    assert recipe.augmentation == "paper"
    assert not any((recipe.label_smoothing, recipe.mixup, recipe.balance, recipe.clip, recipe.mirror, recipe.views))


def test_a_recipe_may_leave_out_what_was_added_later(tmp_path: Path) -> None:
    values = asdict(TINY)
    for added in ("augmentation", "dropout", "clip", "mirror"):
        del values[added]
    path = tmp_path / "old.yaml"
    path.write_text(yaml.safe_dump(values))
    recipe = read_recipe(ClassifierRecipe, path)
    assert (recipe.augmentation, recipe.dropout, recipe.clip, recipe.mirror) == ("robust", 0.0, 1.0, True)
    path.write_text(yaml.safe_dump(values | {"mirror": "perhaps"}))
    with pytest.raises(OptionError, match="mirror is 'perhaps', which is no bool"):
        read_recipe(ClassifierRecipe, path)


def test_the_papers_view_is_four_augmentations() -> None:
    picture = draw_cover("teal", (70, 60))
    names = ["horizontal flip", "rotation", "resized crop", "Gaussian noise"]
    assert list(paper_augmentations(32)) == names
    plain = v2.functional.pil_to_tensor(picture)
    for name, step in paper_augmentations(32).items():
        results = [step(plain) for _ in range(8)]
        assert any(not torch.equal(result, plain) for result in results), name
        assert {result.dtype for result in results} == {torch.uint8}
    first, second = (training_view("paper", 32)(picture) for _ in range(2))
    assert first.shape == (3, 32, 32)
    assert first.dtype == torch.uint8
    assert not torch.equal(first, second)
    with pytest.raises(OptionError, match="psychedelic"):
        training_view("psychedelic", 32)


def test_without_balance_an_epoch_has_every_cover_once(covers: Path) -> None:
    drawn = list(balanced_sampler(read_covers(covers), 0.0))
    assert sorted(drawn) == list(range(40))
    assert drawn != sorted(drawn)


def test_without_mirror_a_picture_is_read_once() -> None:
    torch.manual_seed(0)
    classifier = GenreClassifier(backbone("test_convnext"), TINY).eval()
    torch.nn.init.normal_(classifier.head.weight)
    pictures, view = [draw_cover(colour) for colour in COLOURS.values()], EvaluationView(32)
    once = stem_outputs(classifier.network, pictures, view, mirror=False)
    assert once.shape == (1, 4, 3, 32, 32)
    with torch.inference_mode():
        wanted = classifier(torch.stack([view(picture) for picture in pictures]) / 255).softmax(1)
    np.testing.assert_allclose(predict(classifier, once), wanted, atol=1e-5)
    both = stem_outputs(classifier.network, pictures, view)
    torch.testing.assert_close(both[0], once[0])
    torch.testing.assert_close(both[1], once[0].flip(3))


def test_vgg_keeps_its_hidden_layers_and_dropout() -> None:
    with torch.device("meta"):  # it is large
        network = backbone("vgg11", dropout=0.5)
    assert network.features == 4096
    assert parameter_count(network) > 120e6
    assert {layer.p for layer in network.modules() if isinstance(layer, torch.nn.Dropout)} == {0.5}
    with pytest.raises(ModelError, match="drop_path_rate"):
        backbone("vgg11", drop_path=0.1)


class _Line(lightning.LightningModule):
    """One weight that is pulled by a gradient of 100."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))

    def training_step(self, batch: torch.Tensor, _: int) -> torch.Tensor:
        self.log("train_loss", self.weight.sum(), on_epoch=True, on_step=False)
        return 100 * (self.weight * batch).sum()

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.SGD(self.parameters(), lr=1.0)


@pytest.mark.parametrize(("clip", "expected"), [(0.0, -100.0), (1.0, -1.0)])
def test_gradients_are_clipped_only_when_asked(tmp_path: Path, clip: float, expected: float) -> None:
    module = _Line()
    fit(module, tmp_path, TINY, DataLoader(torch.ones(1)), clip=clip)
    assert module.weight.item() == pytest.approx(expected, abs=1e-3)


# ImageNet weights


def test_imagenet_weights_are_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trained = timm.create_model("test_convnext", num_classes=1000)
    save_file(trained.state_dict(), tmp_path / "model.safetensors")
    monkeypatch.setattr(imagenet, "hf_hub_download", lambda *_, **__: str(tmp_path / "model.safetensors"))
    begun = backbone("test_convnext", imagenet=True).body.state_dict()
    for name, value in begun.items():
        torch.testing.assert_close(value, trained.state_dict()[name])


def test_weights_that_cannot_be_had_are_said_so(offline: None) -> None:
    with pytest.raises(ModelError, match=r"test_convnext cannot be fetched: http://127.0.0.1:9 does not answer"):
        backbone("test_convnext", imagenet=True)


def test_auto_trains_from_scratch_and_says_so_in_one_line(
    offline: None, covers: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    split = read_cover_split(covers)
    report = train_on_split(TINY, split, tmp_path / "auto", weights="auto").to_json()
    assert report["weights"] == "none"
    assert [line for line in capfd.readouterr().err.splitlines() if "from scratch" in line] == [
        "img2music: ImageNet weights of test_convnext cannot be fetched: http://127.0.0.1:9 does not answer. "
        "test_convnext is trained from scratch."
    ]
    with pytest.raises(ModelError):
        train_on_split(TINY, split, tmp_path / "imagenet", weights="imagenet")
    with pytest.raises(OptionError, match="heavy"):
        train_on_split(TINY, split, tmp_path / "heavy", weights="heavy")


# The comparison


def test_a_comparison_has_a_row_of_figures_for_each(compared: Path) -> None:
    rows = json.loads((compared / "comparison.json").read_text())
    assert [(row["recipe"], row["network"], row["weights"]) for row in rows] == [
        ("one", "test_convnext", "none"),
        ("two", "test_resnet", "none"),
    ]
    for row in rows:
        low, high = row["accuracy_95"]
        assert 0 <= low <= row["accuracy"] <= high <= 1
        assert (row["covers"], row["ended_by"], row["steps"]) == (4, "epochs", 4)
        assert row["train_seconds"] > 0
        assert row["milliseconds"] > 0
        assert row["parameters"] * 4 / 1e6 == pytest.approx(row["megabytes"], rel=0.1)
    assert rows[0]["parameters"] == parameter_count(GenreClassifier(backbone("test_convnext"), TINY))
    table = (compared / "comparison.md").read_text()
    assert "| one | test_convnext | none |" in table
    assert "32 covers train, 4 choose" in table


def test_all_are_tested_on_the_same_covers(compared: Path, covers: Path) -> None:
    splits = [(compared / name / "split.csv").read_text() for name in ("one", "two")]
    assert splits[0] == splits[1]
    parts = dict(line.split(",") for line in splits[0].splitlines()[1:])
    assert len(parts) == 40
    tested = [file for file, part in parts.items() if part == "test"]
    for name in ("one", "two"):
        stored = np.load(compared / name / "predictions.npz")
        assert [GENRES[target] for target in stored["targets"]] == [Path(file).parent.name for file in tested]


def test_every_epoch_is_logged(compared: Path) -> None:
    log = (compared / "one" / "log" / "metrics.csv").read_text().splitlines()
    assert set(log[0].split(",")) >= {
        "epoch",
        "train_loss",
        "train_accuracy",
        "validation_loss",
        "validation_accuracy",
    }


def test_what_is_finished_is_not_done_again(
    compared: Path, covers: Path, recipes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = json.loads((compared / "comparison.json").read_text())

    def refuse(*_: object) -> None:
        raise AssertionError("trained again")

    monkeypatch.setattr(GenreClassifier, "training_step", refuse)
    rows = compare_classifiers(covers, compared, recipes, weights="none")
    assert json.loads(json.dumps([asdict(row) for row in rows])) == before


def test_a_folder_with_other_runs_is_refused(compared: Path, recipes: list[str], covers: Path, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="another split"):
        compare_classifiers(covers, compared, recipes, fold=1, weights="none")
    other = _write_recipe(tmp_path, "one", batch=10, weight_decay=0.0)
    with pytest.raises(OptionError, match="another batch, weight_decay"):
        compare_classifiers(covers, compared, [other], weights="none")
    with pytest.raises(OptionError, match="called one"):
        compare_classifiers(covers, compared, [recipes[0], other], weights="none")
    with pytest.raises(OptionError):
        compare_classifiers(covers, compared, [])


@pytest.fixture
def clock() -> Iterator[None]:
    """Trainings are timed by a clock that shows a moment more each time."""
    with training_clock():
        yield


@pytest.mark.usefixtures("clock")
def test_a_run_within_a_budget_is_tested_and_goes_on_with_a_larger_one(covers: Path, tmp_path: Path) -> None:
    longer = _write_recipe(tmp_path, "tiny", epochs=3)
    (cut,) = compare_classifiers(covers, tmp_path / "out", [longer], minutes=0, weights="none")
    assert (cut.ended_by, cut.steps, cut.covers) == ("time", 1, 4)
    (same,) = compare_classifiers(covers, tmp_path / "out", [longer], minutes=0, weights="none")
    assert same == cut
    (whole,) = compare_classifiers(covers, tmp_path / "out", [longer], minutes=5, weights="none")
    assert whole.ended_by == "epochs"
    assert whole.steps >= 8
    assert whole.train_seconds > cut.train_seconds
    (tmp_path / "out" / "tiny" / "report.json").unlink()  # as if killed in the test
    (again,) = compare_classifiers(covers, tmp_path / "out", [longer], minutes=5, weights="none")
    told = ("ended_by", "steps", "accuracy", "macro_f1")
    assert [getattr(again, key) for key in told] == [getattr(whole, key) for key in told]
    assert cut.train_seconds < again.train_seconds <= whole.train_seconds


def test_an_interrupted_run_goes_on_with_its_log_and_its_weights(
    covers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    split, step = read_cover_split(covers), GenreClassifier.training_step
    recipe = replace(TINY, epochs=3, patience=9)

    class KillError(Exception):
        pass

    def die_late(self: GenreClassifier, batch: tuple, number: int) -> torch.Tensor:
        if self.current_epoch == 2:
            raise KillError
        return step(self, batch, number)

    monkeypatch.setattr(GenreClassifier, "training_step", die_late)
    with pytest.raises(KillError):
        train_on_split(recipe, split, tmp_path, weights="none")
    assert not (tmp_path / "report.json").exists()
    (tmp_path / "start.json").write_text('{"weights": "imagenet"}')
    monkeypatch.setattr(GenreClassifier, "training_step", step)
    report = train_on_split(recipe, split, tmp_path, weights="none").to_json()
    assert report["steps"] == 12
    assert report["weights"] == "imagenet"  # those it began with
    log = (tmp_path / "log" / "metrics.csv").read_text().splitlines()
    column = log[0].split(",").index("epoch")
    assert sorted({line.split(",")[column] for line in log[1:]}) == ["0", "1", "2"]
    with pytest.raises(OptionError, match="run of 3 epochs"):
        train_on_split(replace(recipe, epochs=2), split, tmp_path)


def test_the_best_epoch_is_kept(covers: Path, tmp_path: Path) -> None:
    split = read_cover_split(covers)
    diverging = replace(TINY, epochs=4, patience=2, learning_rate=30.0, backbone_rate=0.0, weight_decay=0.0)
    report = train_on_split(diverging, split, tmp_path).to_json()
    best = torch.load(tmp_path / "best.ckpt", weights_only=True)["state_dict"]
    kept = load_file(tmp_path / "classifier.safetensors")
    assert all(torch.equal(kept[name], value) for name, value in best.items())
    assert report["ended_by"] in ("early stopping", "epochs")


# Covers that are not as they should be


def test_covers_that_cannot_be_read_are_named_and_left_out(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = _draw_covers(tmp_path / "covers")
    whole = (folder / "jazz" / "3.png").read_bytes()
    (folder / "jazz" / "3.png").write_bytes(whole[: len(whole) // 2])
    (folder / "pop" / "4.png").write_bytes(b"")
    split = read_cover_split(folder)
    assert len(split.covers) == 38
    assert sorted(np.concatenate([split.indices[part] for part in PARTS])) == list(range(38))
    lines = [line for line in capfd.readouterr().err.splitlines() if "left out" in line]
    assert len(lines) == 2
    assert "3.png" in lines[0]
    assert "4.png" in lines[1]


def test_duplicates_are_warned_of_unless_they_were_looked_for(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = _draw_covers(tmp_path / "covers")
    read_cover_split(folder)
    assert "duplicates" not in capfd.readouterr().err
    (folder / "covers.csv").unlink()
    read_cover_split(folder)
    assert "img2music data covers" in capfd.readouterr().err


def test_a_genre_without_covers_is_named(tmp_path: Path) -> None:
    folder = _draw_covers(tmp_path / "covers")
    (folder / "covers.csv").unlink()
    for file in (folder / "hiphop").iterdir():
        file.unlink()
    with pytest.raises(PictureError, match="no covers of hiphop;"):
        read_cover_split(folder)
    with pytest.raises(PictureError, match="no covers found"):
        read_cover_split(folder / "jazz")


def test_too_few_covers_to_split_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="too few"):
        read_cover_split(_draw_covers(tmp_path / "covers", 5))


def test_a_limit_takes_so_many_covers_of_each_genre(tmp_path: Path) -> None:
    split = read_cover_split(_draw_covers(tmp_path / "covers", 12), limit=10)
    assert [sum(cover.genre == genre for cover in split.covers) for genre in GENRES] == [10] * 4
    assert [len(split.part(part)) for part in PARTS] == [32, 4, 4]


def test_a_split_file_decides_who_trains(tmp_path: Path) -> None:
    folder = _draw_covers(tmp_path / "covers")
    drawn = read_cover_split(folder)
    swapped = {"train": "train", "validation": "test", "test": "validation"}
    for file in (tmp_path / "mine.csv", folder / "splits" / "fold-0.csv"):
        file.parent.mkdir(exist_ok=True)
        rows = [(cover.path.relative_to(folder), swapped[part]) for part in PARTS for cover in drawn.part(part)]
        file.write_text("file,part\n" + "".join(f"{name},{part}\n" for name, part in rows))
        read = read_cover_split(folder, file=file if file.name == "mine.csv" else None)
        for part in PARTS:
            assert set(read.part(part)) == set(drawn.part(swapped[part]))
    (tmp_path / "mine.csv").write_text("file,part\njazz/1.png,train\n")
    with pytest.raises(OptionError, match="does not know"):
        read_cover_split(folder, file=tmp_path / "mine.csv")
    with pytest.raises(OptionError, match=r"other.csv"):
        read_cover_split(folder, file=tmp_path / "other.csv")
    (tmp_path / "mine.csv").write_text("file,part\n" + "".join(f"{name},train\n" for name, _ in rows))
    with pytest.raises(PictureError, match="no covers for validation and test"):
        read_cover_split(folder, file=tmp_path / "mine.csv")


# The command


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs the command line: exit status, stdout and stderr."""
    monkeypatch.setenv("COLUMNS", "100")

    def run_main(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["img2music", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        captured = capfd.readouterr()
        return int(end.value.code or 0), captured.out, captured.err

    return run_main


def test_the_command_prints_the_table(run: Callable, compared: Path, covers: Path, recipes: list[str]) -> None:
    command = ("compare", "classifiers", "--covers", covers, "--out", compared, "--recipes", ",".join(recipes))
    status, out, _ = run(*command, "--weights", "none")
    assert status == 0
    for words in ("test_convnext", "test_resnet", "accuracy", "macro F1", "top-2", "calibration error", "MB", "ms"):
        assert words in out
    status, out, _ = run(*command, "--weights", "none", "--json")
    assert status == 0
    assert json.loads(out) == json.loads((compared / "comparison.json").read_text())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"--recipes": "waltz"}, "recipe waltz cannot be read"),
        ({"--weights": "heavy"}, "weights heavy are unknown"),
        ({"--covers": "nowhere"}, "nowhere"),
        ({"--out": "a file"}, "a file"),
    ],
)
def test_a_mistake_ends_in_one_line(
    run: Callable, covers: Path, recipes: list[str], tmp_path: Path, changes: dict, words: str
) -> None:
    (tmp_path / "a file").write_bytes(b"")
    options = {"--covers": covers, "--out": tmp_path / "out", "--recipes": recipes[0], "--weights": "none"}
    options |= {key: tmp_path / value if key in ("--covers", "--out") else value for key, value in changes.items()}
    status, out, err = run("compare", "classifiers", *[part for option in options.items() for part in option])
    assert (status, out.strip()) == (2, "")
    assert words in err.strip().splitlines()[-1]
    assert "Traceback" not in err


class _Takes(torch.nn.Module):
    """A layer that takes so many seconds more of a clock, and now and then longer, as on a busy machine."""

    def __init__(self, seconds: float, clock: Clock) -> None:
        super().__init__()
        self._seconds, self._clock, self._times = seconds, clock, 0

    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        self._times += 1
        self._clock.now += self._seconds * (1 if self._times == 3 else 10)
        return picture


def test_the_cost_of_a_network_is_its_parameters_and_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(0.0)
    monkeypatch.setattr("img2music.training.common.complexity.perf_counter", clock)
    small = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), _Takes(0.25, clock))
    large = torch.nn.Sequential(torch.nn.Conv2d(3, 64, 7, padding=3), _Takes(0.5, clock))
    assert parameter_count(small) == 4 * 3 * 9 + 4
    assert 0 < latency(small, 96) < latency(large, 96)
    assert latency(_Takes(0.125, clock), 96) == 125
