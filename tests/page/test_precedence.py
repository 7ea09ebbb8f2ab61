"""Behaviour of the page's queue: first snippets go before further ones."""

from __future__ import annotations

import threading
import time

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


class WatchedClock:
    """The real time, and whether a thread that is waiting has looked at it to see how long it must wait."""

    def __init__(self) -> None:
        self.looks_before_waiting = threading.Semaphore(0)

    def __call__(self) -> float:
        if threading.current_thread() is not threading.main_thread():
            self.looks_before_waiting.release()
        return time.monotonic()


def test_the_end_of_the_first_wakes_who_waits() -> None:
    clock = WatchedClock()
    precedence, order = Precedence(clock), []

    def go_further() -> None:
        precedence.wait(3600)
        order.append("further")

    further = threading.Thread(target=go_further, daemon=True)
    with precedence.first():
        further.start()
        # once for the time limit, once with the lock, which it gives up only by waiting
        assert all(clock.looks_before_waiting.acquire(timeout=30) for _ in range(2))
        order.append("first")
    further.join(30)
    assert order == ["first", "further"]
