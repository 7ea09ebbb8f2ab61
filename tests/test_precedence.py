"""Behaviour of the page's queue: first snippets go before further ones."""

from __future__ import annotations

import threading

import pytest

from img2music.app.page.precedence import QUIET, Precedence

PATIENCE = 20.0


class Clock:
    """A time that passes only when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def precedence(clock: Clock) -> Precedence:
    return Precedence(clock)


def test_who_comes_alone_goes_at_once(precedence: Precedence, clock: Clock) -> None:
    assert precedence.left(clock.now + PATIENCE) <= 0


def test_a_further_snippet_waits_for_the_first_of_others(precedence: Precedence, clock: Clock) -> None:
    end = clock.now + PATIENCE
    with precedence.first(), precedence.first():
        clock.now += 5
        assert precedence.left(end) == pytest.approx(15)
    assert precedence.left(end) == pytest.approx(QUIET)
    clock.now += QUIET
    assert precedence.left(end) <= 0


def test_the_next_of_the_queue_goes_first_too(precedence: Precedence, clock: Clock) -> None:
    end = clock.now + PATIENCE
    with precedence.first():
        clock.now += 1
    clock.now += QUIET / 2
    assert precedence.left(end) > 0
    with precedence.first():
        clock.now += 1
        assert precedence.left(end) > QUIET
    assert precedence.left(end) == pytest.approx(QUIET)


def test_nobody_waits_for_ever(precedence: Precedence, clock: Clock) -> None:
    end = clock.now + PATIENCE
    with precedence.first():
        clock.now = end
        assert precedence.left(end) <= 0
        precedence.wait(0)
    clock.now -= QUIET / 2
    assert precedence.left(end) == pytest.approx(QUIET / 2)


def test_the_end_of_the_first_wakes_who_waits() -> None:
    precedence, order = Precedence(), []
    waits = threading.Event()

    def go_further() -> None:
        waits.set()
        precedence.wait(3600)
        order.append("further")

    further = threading.Thread(target=go_further)
    with precedence.first():
        further.start()
        waits.wait()
        order.append("first")
    further.join()
    assert order == ["first", "further"]
