"""Text on pictures and what it says: lines found and read, words weighed, both answers joined."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from safetensors.numpy import load_file, save_file

from img2music import Img2Music
from img2music.errors import ModelError
from img2music.genres import GENRES
from img2music.models.folder import Models
from img2music.vision.ocr.detection import MOST_BOXES, find_boxes
from img2music.vision.ocr.recognition import ALPHABET, DETECTOR, OCR, RECOGNISER, Line, collapse, weigh
from img2music.vision.ocr.text_classifier import BUCKETS, WORDS, WordClassifier, bucket_values
from tiny_models import seal


def _poster(text: str, size: tuple[int, int] = (400, 400), ground: str = "navy") -> Image.Image:
    poster = Image.new("RGB", size, ground)
    ImageDraw.Draw(poster).text((30, 60), text, "white", ImageFont.load_default(44), spacing=24)
    return poster


@pytest.fixture(scope="module")
def ocr() -> OCR:
    return OCR(Models())


def test_the_bundled_networks_read_what_is_drawn(ocr: OCR) -> None:
    for lines in ocr(_poster("Blue Quartet\nLIVE 1959")):
        assert {line.text.lower().replace(" ", "") for line in lines} == {"bluequartet", "live1959"}
        for line in lines:
            left, top, right, bottom = line.box
            assert 0 <= left < right <= 1 and 0 <= top < bottom <= 1
            assert 0.6 <= line.confidence <= 1


def test_the_bundled_networks_are_made_from_their_package(tmp_path: Path) -> None:
    if importlib.util.find_spec("rapidocr_onnxruntime") is None:
        pytest.skip("rapidocr-onnxruntime is not installed")
    lettering_export = pytest.importorskip("img2music.training.export.ocr", reason="onnx is not installed")
    lettering_export.export_ocr(tmp_path)
    for name in (DETECTOR, RECOGNISER):
        made, bundled = ((folder / name).read_bytes() for folder in (tmp_path, Models().folder))
        assert made == bundled


def test_a_line_is_boxed_where_it_is(ocr: OCR) -> None:
    poster = Image.new("RGB", (400, 300), "navy")
    draw, font = ImageDraw.Draw(poster), ImageFont.load_default(24)
    draw.text((397, 297), "STEREO", "white", font, anchor="rs")
    left, top, right, bottom = draw.textbbox((397, 297), "STEREO", font, anchor="rs")
    for (line,) in ocr(poster):
        assert line.text == "STEREO"
        np.testing.assert_allclose(line.box, (left / 400, top / 300, right / 400, bottom / 300), atol=0.025)


def test_letters_running_upwards_are_read(ocr: OCR) -> None:
    turned = _poster("QUARTET").transpose(Image.Transpose.ROTATE_270)
    assert all("quartet" in " ".join(line.text.lower() for line in lines) for lines in ocr(turned))


@pytest.mark.parametrize("size", [(1, 1), (3, 500), (900, 40), (64, 64)])
def test_a_picture_without_words_says_nothing(ocr: OCR, size: tuple[int, int]) -> None:
    assert not any(ocr(Image.new("RGB", size, "darkgreen")))


def test_lines_are_boxed_largest_first() -> None:
    probability = np.zeros((64, 128))
    probability[10:20, 8:40] = 0.9
    probability[40:60, 20:120] = 0.9
    large, small = find_boxes(probability)
    assert large[0] < 20 / 128 and large[2] > 120 / 128 and large[1] < 40 / 64 and large[3] > 60 / 64
    assert small[0] < 8 / 128 and small[2] > 40 / 128 and small[3] < large[1] + 0.1


def test_a_box_is_grown_by_its_area_over_its_circumference() -> None:
    """The detector marks the core of a line; Liao et al. grow it by 1.6 times area over circumference."""
    probability = np.zeros((128, 256))
    probability[50:70, 60:160] = 1.0
    reach = 1.6 * (100 * 20) / (2 * (100 + 20))
    expected = np.array([60 - reach, 50 - reach, 160 + reach, 70 + reach])
    (box,) = find_boxes(probability)
    np.testing.assert_allclose(np.array(box) * (256, 128, 256, 128), expected, atol=1.0)


def _ramp(offset: float, length: int = 96) -> np.ndarray:
    """Text probability between the pixels 30 and 60, fading over 4 at both ends, moved by less than a pixel."""
    places = np.arange(length) + 0.5 - offset
    return np.clip(np.minimum(places - 28, 62 - places) / 4, 0, 1)


@pytest.mark.parametrize("offset", [0.1, 0.25, 0.5, 0.75])
def test_boxes_follow_text_by_less_than_a_pixel(offset: float) -> None:
    still, moved = (np.array(find_boxes(np.outer(_ramp(by), _ramp(by)))[0]) * 96 for by in (0.0, offset))
    np.testing.assert_allclose(moved - still, offset, atol=0.02)


@pytest.mark.parametrize("seed", range(8))
def test_cells_that_touch_are_one_line(seed: int) -> None:
    """Against scipy's connected components, eight neighbours each."""
    ndimage = pytest.importorskip("scipy.ndimage", reason="scipy is not installed")
    cells = np.random.default_rng(seed).random((40, 60)) < (0.1, 0.3)[seed % 2]
    labels, count = ndimage.label(cells, np.ones((3, 3)))
    found = ndimage.find_objects(labels)
    areas = [(rows.stop - rows.start) * (columns.stop - columns.start) for rows, columns in found]
    boxes = find_boxes(cells.repeat(2, 0).repeat(2, 1).astype(np.float32))
    assert len(boxes) == min(count, MOST_BOXES)
    rows, columns = found[int(np.argmax(areas))]
    left, top, right, bottom = boxes[0]
    assert left * 60 <= columns.start and columns.stop <= right * 60
    assert top * 40 <= rows.start and rows.stop <= bottom * 40


def test_faint_text_is_no_line() -> None:
    probability = np.zeros((64, 64))
    probability[10:20, 8:40] = 0.4
    assert find_boxes(probability) == []
    assert find_boxes(np.zeros((32, 32))) == []


def test_a_page_full_of_specks_is_no_burden(ocr: OCR) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (320, 320, 3), dtype=np.uint8))
    assert all(len(lines) <= MOST_BOXES for lines in ocr(noise))


def test_what_one_of_two_readings_finds_weighs_half() -> None:
    sure, faint = (Line("sonata", confidence, (0, 0, 1, 1)) for confidence in (0.95, 0.75))
    assert weigh([[sure], []]) == [("sonata", 0.5)]
    assert weigh([[sure], [faint]]) == [("sonata", 0.5), ("sonata", pytest.approx(0.25))]


def test_repetitions_and_blanks_are_left_out() -> None:
    steps = np.zeros((7, 1 + len(ALPHABET)))
    spelled = [ALPHABET.index(letter) + 1 for letter in "ab"]
    for step, letter in enumerate([0, spelled[0], spelled[0], 0, spelled[0], spelled[1], 0]):
        steps[step, letter] = 0.8
    assert collapse(steps) == ("aab", pytest.approx(0.8))
    assert collapse(np.eye(1, 1 + len(ALPHABET)).repeat(3, 0)) == ("", 0.0)


def test_misread_letters_leave_most_buckets_alone() -> None:
    right, wrong, other = (set(bucket_values(text)[0]) for text in ("Philharmonic", "Philharmonie", "gangsta"))
    assert len(right & wrong) > len(right) / 2
    assert len(right & other) <= 1


def _classifier(**changes: np.ndarray) -> WordClassifier:
    weights = np.zeros((BUCKETS, 4), np.float16)
    weights[bucket_values("sonata")[0], GENRES.index("classical")] = 8
    tensors = {
        "weights": weights,
        "bias": np.zeros(4, np.float32),
        "rarity": np.ones(BUCKETS, np.float16),
        "shares": np.float32([1, 1]),
        "offset": np.zeros(4, np.float32),
    }
    return WordClassifier(**tensors | changes)


def test_words_move_the_answer_and_no_words_leave_it() -> None:
    words, seen = _classifier(), np.array([0.1, 0.2, 0.3, 0.4])
    joint = words.join(seen, [("Sonata in C", 1.0)])
    assert joint.argmax() == GENRES.index("classical")
    assert joint.sum() == pytest.approx(1)
    np.testing.assert_allclose(words.join(seen, []), seen, rtol=1e-9)


def test_what_is_barely_legible_weighs_little() -> None:
    words, seen = _classifier(), np.full(4, 0.25)
    told = [float(words.join(seen, [("Sonata", weight)])[0]) for weight in (0.0, 0.1, 0.5, 1.0)]
    assert told == sorted(told) and told[0] == pytest.approx(0.25)
    weights = [Line("sonata", confidence, (0, 0, 1, 1)).weight for confidence in (0.5, 0.6, 0.75, 0.9, 1.0)]
    assert weights == pytest.approx([0, 0, 0.5, 1, 1])


def test_few_letters_say_less_than_many() -> None:
    words, seen = _classifier(), np.full(4, 0.25)
    once, thrice = (words.join(seen, [("sonata", 1.0)] * count)[0] for count in (1, 3))
    assert 0.25 < once < thrice


def test_certain_pictures_stay_finite() -> None:
    assert np.isfinite(_classifier().join(np.array([1.0, 0, 0, 0]), [("sonata", 1.0)])).all()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda tensors: tensors.pop("shares"),
        lambda tensors: tensors.update(bias=np.zeros(3, np.float32)),
        lambda tensors: tensors.update(offset=np.full(4, np.nan, np.float32)),
        lambda tensors: tensors.update(more=np.zeros(1, np.float32)),
    ],
)
def test_a_spoilt_word_classifier_is_refused(tmp_path: Path, own_models: Path, spoil) -> None:
    tensors = load_file(Models().folder / WORDS)
    spoil(tensors)
    save_file(tensors, own_models / WORDS)
    seal(own_models)
    with pytest.raises(ModelError, match="is no word classifier"):
        WordClassifier.load(Models(own_models))


def test_words_on_a_picture_are_told_and_count() -> None:
    img2music = Img2Music()
    plain = img2music.classify(_poster(""))
    named = img2music.classify(_poster("Symphony No. 5\nOrchestra"))
    assert plain.words == "" and "symphony" in named.words.lower()
    assert named.probabilities["classical"] > plain.probabilities["classical"]
    np.testing.assert_allclose(sum(named.probabilities.values()), 1, atol=1e-6)


def test_models_without_words_go_by_the_picture(tiny: Img2Music) -> None:
    assert tiny.classify(_poster("Symphony")).words == ""
