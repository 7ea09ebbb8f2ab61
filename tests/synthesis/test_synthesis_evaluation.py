"""What judges hear in synthesised scores."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pretty_midi
import pytest

pytest.importorskip("torch")
pytest.importorskip("librosa")
pytest.importorskip("tinysoundfont")

from onnx import TensorProto, helper

from img2music.audio.stft import HOP, RATE
from img2music.composition.brief import Brief
from img2music.composition.compose import compose
from img2music.corpus.studio.playing import Sounds
from img2music.data.covers.cover import Cover
from img2music.errors import ModelError, OptionError
from img2music.evaluation.synthesis import run as evaluation
from img2music.evaluation.synthesis.judges import Judges
from img2music.evaluation.synthesis.rhythm import beat_tempo, regularity
from img2music.evaluation.synthesis.run import evaluate_synthesis, notes_of
from img2music.evaluation.synthesis.stem_quality import si_sdr, sum_error
from img2music.evaluation.synthesis.subjects import of_covers, of_score
from img2music.evaluation.synthesis.tonality import tonality_of
from img2music.evaluation.synthesis.transcription import Transcriber, note_f1, notes_in
from img2music.evaluation.synthesis.tuning import cents_off
from img2music.models.folder import Models
from img2music.pipeline import Img2Music
from img2music.synthesis.performance import perform

Notes = tuple[np.ndarray, np.ndarray]
SOUNDS = Sounds((Path(pretty_midi.__file__).with_name("TimGM6mb.sf2"),), drums=Path("nowhere"))


def notes(*rows: tuple[float, int]) -> Notes:
    return np.array([row[0] for row in rows]), np.array([row[1] for row in rows])


@pytest.mark.parametrize(
    ("ones", "others", "f1"),
    [
        (notes((0.0, 60), (1.0, 62)), notes((0.0, 60), (1.0, 62)), 1.0),
        (notes((0.0, 60), (1.0, 62)), notes((0.04, 60), (1.06, 62)), 0.5),
        (notes((0.0, 60)), notes((0.0, 61)), 0.0),
        (notes((0.0, 60), (0.03, 60)), notes((0.01, 60)), 2 / 3),
        (notes((0.0, 60), (0.06, 60)), notes((0.05, 60), (0.1, 60)), 1.0),
        (notes(), notes((0.0, 60)), 0.0),
    ],
    ids=["same", "late", "other pitch", "two for one", "chained", "nothing"],
)
def test_each_note_meets_at_most_one(ones: Notes, others: Notes, f1: float) -> None:
    assert note_f1(ones, others) == note_f1(others, ones) == pytest.approx(f1)


def test_it_agrees_with_mir_eval() -> None:
    transcription = pytest.importorskip("mir_eval.transcription")
    random = np.random.default_rng(0)
    for _ in range(20):
        ones, others = ((random.uniform(0, 10, 150), random.integers(55, 65, 150)) for _ in range(2))
        spans = [np.stack([times, times + 0.1], 1) for times, _ in (ones, others)]
        hertz = [440 * 2 ** ((pitches - 69) / 12) for _, pitches in (ones, others)]
        expected = transcription.precision_recall_f1_overlap(
            spans[0], hertz[0], spans[1], hertz[1], offset_ratio=None, onset_tolerance=0.05
        )[2]
        assert note_f1(ones, others) == pytest.approx(expected, abs=0.01)


def test_clicks_on_the_beat_are_more_regular_than_clicks_at_random() -> None:
    random = np.random.default_rng(0)
    found = []
    for times in (np.arange(0.2, 11.5, 0.5), np.sort(random.uniform(0.2, 11.5, 23))):
        samples = 0.001 * random.standard_normal(12 * RATE).astype(np.float32)
        for at in (times * RATE).astype(int):
            samples[at : at + 400] += random.standard_normal(400).astype(np.float32)
        found.append(regularity(samples))
    assert found[0].pulse > 0.7 > 0.5 > found[1].pulse
    assert found[0].bars > found[1].bars


def test_a_transcriber_finds_when_notes_begin_that_its_network_hears_long_enough(tmp_path: Path) -> None:
    """Here one that hears pitch 31 wherever there is sound, and an onset of it wherever there is a click of 1."""
    nodes = [
        helper.make_node("MaxPool", ["across"], ["frames"], kernel_shape=[HOP], strides=[HOP], pads=[0, HOP - 1]),
        helper.make_node("Transpose", ["x"], ["across"], perm=[0, 2, 1]),
        helper.make_node("Slice", ["frames", "zero", "count", "last"], ["cut"]),
        helper.make_node("Transpose", ["cut"], ["columns"], perm=[0, 2, 1]),
        helper.make_node("Mul", ["columns", "row"], ["sounding"]),
        helper.make_node("Floor", ["sounding"], ["onsets"]),
    ]
    row = np.zeros((1, 1, 88), np.float32)
    row[0, 0, 10] = 1
    values = {"row": row, "zero": np.array([0]), "count": np.array([172]), "last": np.array([2])}
    graph = helper.make_graph(
        [nodes[1], nodes[0], *nodes[2:]],
        "judge",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 43844, 1])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("onsets", "sounding")],
        [
            helper.make_tensor(
                name, TensorProto.FLOAT if name == "row" else TensorProto.INT64, value.shape, value.ravel().tolist()
            )
            for name, value in values.items()
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    (tmp_path / "nmp.onnx").write_bytes(model.SerializeToString())
    samples = np.zeros(20 * RATE, np.float32)
    clicks = np.array([0.3, 1.9, 4.4, 17.8])
    for at, seconds in zip([*clicks, 9.0], [0.2, 0.3, 1.0, 0.5, 0.1], strict=True):  # the last is too short
        samples[round(at * RATE) : round((at + seconds) * RATE)] = 0.6
        samples[round(at * RATE)] = 1
    times, pitches = Transcriber(tmp_path / "nmp.onnx")(samples)
    assert (pitches == 31).all()
    np.testing.assert_allclose(times, clicks, atol=HOP / RATE)


def test_notes_are_those_that_the_package_of_the_network_finds() -> None:
    """`basic_pitch.note_creation.output_to_notes_polyphonic` 0.4.0 with its defaults, without its notes that have no
    onset."""
    random = np.random.default_rng(7)
    onsets, sounding = np.zeros((2, 200, 88))
    for _ in range(40):
        row, begin, frames = int(random.integers(88)), int(random.integers(170)), int(random.integers(6, 40))
        sounding[begin : begin + frames, row] = random.uniform(0.35, 0.9)
        onsets[begin, row] = random.uniform(0.3, 0.95)
        onsets[begin + 1, row] = onsets[begin, row] * 0.5
    sounding = np.clip(sounding + random.uniform(0, 0.15, sounding.shape), 0, 1).astype(np.float32)
    onsets = np.clip(onsets + random.uniform(0, 0.1, onsets.shape), 0, 1).astype(np.float32)
    frames, rows = notes_in(onsets, sounding)
    assert list(zip(frames.tolist(), rows.tolist(), strict=True)) == [
        *((5, 70), (9, 78), (24, 53), (25, 87), (26, 83), (33, 16), (34, 77), (52, 31), (58, 70), (74, 33), (85, 42)),
        *((86, 16), (106, 72), (106, 83), (112, 31), (119, 48), (123, 10), (126, 82), (127, 50), (138, 33), (138, 74)),
        *((148, 53), (148, 85), (150, 33), (153, 51), (161, 1)),
    ]


def test_cents_are_those_by_which_notes_are_off() -> None:
    score = compose(Brief("classical", seed=1, seconds=8.0))
    played = perform(score)
    part = next(part for part in range(len(played.parts)) if played.is_tuned(part))
    rows = [(part, n, n + 0.8, 60 + 2 * n, 80, 0) for n in range(4)]
    rows += [(part, 4, 4.8, 60, 80, 1), (part, 4, 4.8, 40, 80, 0), (part, 4, 4.1, 70, 80, 0)]  # bent, low, short
    played = replace(played, notes=np.array(rows, np.float32))
    samples = np.zeros(5 * RATE, np.float32)
    times = np.arange(round(0.8 * RATE)) / RATE
    for (_, start, _, pitch, *_), off in zip(rows, (3, 20, -8, 12, 50, 50, 50), strict=True):
        tone = np.sin(2 * np.pi * 440 * 2 ** ((pitch - 69 + off / 100) / 12) * times)
        samples[start * RATE : start * RATE + len(times)] += tone.astype(np.float32)
    assert cents_off(samples, played) == pytest.approx(10, abs=0.6)
    assert cents_off(samples, replace(played, notes=played.notes[4:])) is None


def test_what_is_no_transcriber_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="basic-pitch"):
        Transcriber(tmp_path / "missing.onnx")


def test_the_notes_of_a_score_are_its_pitched_ones() -> None:
    score = compose(Brief("pop", seed=0, seconds=8.0))
    times, pitches = notes_of(score, 4.0)
    wanted = [
        score.span(note)[0]
        for part in score.parts
        if not part.instrument.drums
        for note in part.notes
        if score.span(note)[0] < 4
    ]
    assert sorted(times) == pytest.approx(sorted(wanted)) and pitches.dtype.kind == "i"


def test_notes_are_drawn_over_the_spectrogram_of_their_sound(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from img2music.plotting.scores.spectrograms import draw_score_spectrograms

    score = compose(Brief("jazz", seed=0, seconds=3.0))
    samples = np.random.default_rng(0).standard_normal(3 * RATE).astype(np.float32)
    sheet = draw_score_spectrograms([(score, samples)] * 3, tmp_path / "sheet.png", "2026.1")
    assert sheet.read_bytes().startswith(b"\x89PNG")


class _Ear:
    """Hears loudness and brightness in patches of a second; it knows one genre."""

    name, patch_seconds = "test", 1.0

    def embed(self, samples: np.ndarray, rate: int) -> np.ndarray:
        """Samples `(T,)` to embeddings `(P, 2)`."""
        patches = samples[: len(samples) // rate * rate].reshape(-1, rate)
        return np.stack([patches.std(1), np.abs(np.diff(patches, axis=1)).mean(1)], 1)


def _notes_heard(samples: np.ndarray) -> Notes:
    """A note of each pitch in each tenth of a second, but where it is softest."""
    loud = [place for place in range(70) if np.abs(samples[place * 2205 :][:2205]).max() > 1e-4]
    return notes(*((place / 10, pitch) for place in loud for pitch in range(40, 90)))


def _silence(samples: np.ndarray) -> Notes:
    raise AssertionError("this was heard before")


def test_every_way_is_measured_and_a_run_goes_on(
    stereo_score_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation, "SECONDS", 7.0)
    models = Models(stereo_score_models)
    subjects = [of_score(compose(Brief("pop", seed=seed, seconds=7.0)), f"score-{seed}") for seed in range(3)]
    found, again = (
        list(evaluate_synthesis(models, SOUNDS, Judges(hears, _Ear(), tmp_path), "pop", subjects, (0.0, 1.0), known=2))  # type: ignore[arg-type]
        for hears in (_notes_heard, _silence)
    )
    assert found == again
    assert [row.variant for row in found] == ["render", "record", "codec", "mean", "flow 0", "flow 1"]
    render = found[0]
    assert render.cents is not None and render.cents < 10
    assert (render.kept, render.pulse, render.bars, render.snippets) == (1, 1, 1, 3)
    assert render.mode is not None and -1 <= render.mode <= 1
    assert all(0 <= share <= 1 for row in found for share in (row.tempo, row.octave, row.key))
    gains = found[1].stems
    assert set(gains) <= {"drums", "bass", "harmony", "melody"} and gains
    assert all(set(row.stems) == {"sum"} and row.stems["sum"] < -60 for row in found[3:])


def test_covers_are_played_in_their_genre(score_models: Path, cover: Path) -> None:
    covers = [Cover(cover, "jazz", "", str(number)) for number in range(2)]
    subjects = of_covers(Img2Music(score_models), covers, "jazz", seed=3)
    assert [subject.score.genre for subject in subjects] == ["jazz"] * 2
    assert subjects[0].score.seed != subjects[1].score.seed and subjects[0].name != subjects[1].name
    brief = subjects[0].score.brief
    assert brief is not None and subjects[0].major == brief.feeling.major
    with pytest.raises(OptionError, match="0 covers of pop"):
        of_covers(Img2Music(score_models), covers, "pop")


def test_the_tempo_of_clicks_is_heard_within_two_per_cent() -> None:
    samples = 0.001 * np.random.default_rng(0).standard_normal(12 * RATE).astype(np.float32)
    for at in (np.arange(0.2, 11.5, 60 / 104) * RATE).astype(int):
        samples[at : at + 400] += np.hanning(400).astype(np.float32)
    assert beat_tempo(samples) == pytest.approx(104, rel=0.02)
    assert beat_tempo(np.zeros(3 * RATE, np.float32)) == 0


@pytest.mark.parametrize(
    ("tones", "key", "minor"), [((0, 4, 7), 0, False), ((9, 0, 4), 9, True), ((2, 6, 9), 2, False)]
)
def test_the_key_of_a_triad_is_heard(tones: tuple[int, ...], key: int, minor: bool) -> None:
    chroma = np.full(12, 0.1)
    chroma[list(tones)] = 1
    found = tonality_of(chroma)
    assert (found.key, found.minor) == (key, minor) and (found.majority < 0) == minor


def test_a_stem_is_the_nearer_to_the_true_one_the_less_else_is_in_it() -> None:
    truth, rest = np.random.default_rng(0).standard_normal((2, 4000))
    assert si_sdr(truth + 0.1 * rest, truth) == pytest.approx(20, abs=0.5)
    assert si_sdr(3 * (truth + 0.1 * rest), truth) == pytest.approx(20, abs=0.5)
    assert sum_error({"one": truth, "other": rest}, truth + rest) == -120
    assert sum_error({"one": truth}, truth + 0.1 * rest) == pytest.approx(-20, abs=0.5)
