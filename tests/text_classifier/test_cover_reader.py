"""A reader learns what genres have in common across sources, and is judged on sources that it did not see."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed")
pytest.importorskip("rich")

from img2music.data.covers.cover import Cover, labels
from img2music.genres import GENRES
from img2music.metrics.left_out_sources import balanced_recall, source_report
from img2music.training.text_classifier.reader import (
    Evidence,
    fit_reader,
    join_on,
    joined_on_others,
    left_out_parts,
    name_sources,
)

SOURCES = ("shop", "library", "scans")
WORDS = ("sonata", "rhymes", "dance", "trio")
DECAY = 0.05


def _evidence(texts: bool = True) -> Evidence:
    """Sixty covers of each of three sources. The first four numbers of what is seen say the genre, the fifth the
    source; every second cover says its genre in a word."""
    chance = np.random.default_rng(0)
    covers, seen, lines = [], [], []
    for number in range(180):
        genre, source = number % 4, number // 60
        covers.append(Cover(Path(f"{number}.png"), GENRES[genre], SOURCES[source], str(number)))
        seen.append(np.concatenate([np.eye(4)[genre] + chance.normal(0, 0.4, 4), [source]]))
        lines.append([(WORDS[genre], 1.0)] if texts and number % 8 < 4 else [])
    one = np.array(seen, np.float32)
    seen_twice = np.stack([one, one + chance.normal(0, 0.1, one.shape).astype(np.float32)])
    return Evidence(covers, seen_twice, lines, np.zeros((180, 4)), GENRES)


def test_picture_and_words_are_read() -> None:
    evidence = _evidence()
    reader = fit_reader(evidence, np.arange(120), DECAY, None)
    looks, words = reader.parts(evidence, np.arange(120, 180))
    targets = labels(evidence.covers[120:], GENRES)
    assert (looks.argmax(1) == targets).mean() > 0.8
    spoken = [place for place in range(60) if evidence.texts[120 + place]]
    assert (words.argmax(1) == targets)[spoken].all()
    np.testing.assert_allclose(np.exp(np.stack([looks, words])).sum(2), 1)


def test_each_source_is_read_by_who_did_not_see_it() -> None:
    evidence = _evidence()
    found = left_out_parts(evidence, np.arange(180), DECAY, None)
    assert list(found) == sorted(SOURCES)
    for name, (places, parts) in found.items():
        assert [evidence.covers[place].source for place in places] == [name] * 60
        others = np.array([place for place in range(180) if place not in places])
        alone = fit_reader(evidence, others, DECAY, None).parts(evidence, places)
        np.testing.assert_allclose(parts, alone)


def test_sources_are_named_by_what_is_seen() -> None:
    evidence = _evidence()
    train, test = np.flatnonzero(np.arange(180) % 5 > 0), np.flatnonzero(np.arange(180) % 5 == 0)
    naming = name_sources(evidence, train, test, DECAY)
    assert naming is not None
    assert (naming.sources, naming.covers, naming.largest) == (3, 36, pytest.approx(1 / 3))
    assert naming.right > 0.9  # the fifth number says it
    blind = replace(evidence, seen=evidence.seen[:, :, :4])
    unsure = name_sources(blind, train, test, DECAY)
    assert unsure is not None and unsure.right < 0.6


def test_one_source_is_not_named() -> None:
    assert name_sources(_evidence(), np.arange(50), np.arange(50, 60), DECAY) is None


def test_look_alikes_of_what_is_left_out_do_not_train() -> None:
    evidence = _evidence()
    covers = [replace(cover, group="same") if cover.path.stem in ("0", "100") else cover for cover in evidence.covers]
    tied = left_out_parts(replace(evidence, covers=covers), np.arange(180), DECAY, None)["shop"][1]
    without = np.array([place for place in range(60, 180) if place != 100])
    np.testing.assert_allclose(tied, fit_reader(evidence, without, DECAY, None).parts(evidence, np.arange(60)))


def test_a_genre_of_one_source_alone_is_not_left_out() -> None:
    evidence = _evidence()
    places = np.array(
        [p for p in range(180) if evidence.covers[p].genre != "jazz" or evidence.covers[p].source == "shop"]
    )
    assert set(left_out_parts(evidence, places, DECAY, None)) == {"library", "scans"}


def test_both_together_are_better_and_judged_by_shares_of_other_sources() -> None:
    evidence = _evidence()
    found = left_out_parts(evidence, np.arange(180), DECAY, None)
    joint = joined_on_others(evidence, found)
    report = source_report(joint, GENRES).to_json()
    looks = [balanced_recall(parts[0].argmax(1), joint[name][1]) for name, (_, parts) in found.items()]
    assert report["balanced"] > np.mean(looks)
    rest = {name: facts for name, facts in found.items() if name != "shop"}
    np.testing.assert_allclose(joint["shop"][0], join_on(evidence, rest)(found["shop"][1], np.zeros((60, 4))))


def test_known_names_count_by_what_they_are_worth() -> None:
    evidence = _evidence(texts=False)
    targets = labels(evidence.covers, GENRES)
    found = left_out_parts(evidence, np.arange(180), DECAY, None)
    right = np.eye(4)[targets] * (np.arange(180) % 3 == 0)[:, None]
    joins = [join_on(replace(evidence, named=named), found) for named in (right, np.roll(right, 1, 1))]
    assert joins[0].strength > 1.2 > 0.5 > joins[1].strength >= 0


def test_without_words_what_joining_found_is_in_the_layer() -> None:
    evidence = _evidence(texts=False)
    reader = fit_reader(evidence, np.arange(120), DECAY, None)
    join, places = join_on(evidence, left_out_parts(evidence, np.arange(120), DECAY, None)), np.arange(120, 180)
    together = join(reader.parts(evidence, places), evidence.named[places])
    np.testing.assert_allclose(np.exp(reader.without_words(join).parts(evidence, places)[0]), together, atol=0.02)
