"""Behaviour of the page's queue: first snippets go before further ones."""

from __future__ import annotations

import threading
import time

from img2music.app.precedence import Precedence


def _further(precedence: Precedence, order: list[str]) -> threading.Thread:
    """Somebody who waits from now on with a further snippet."""

    def wait() -> None:
        precedence.wait(20)
        order.append("further")

    waiting = threading.Thread(target=wait)
    waiting.start()
    return waiting


def test_a_further_snippet_waits_for_the_first_of_others() -> None:
    precedence, order = Precedence(), []
    with precedence.first():
        waiting = _further(precedence, order)
        time.sleep(0.3)
        order.append("first")
    waiting.join(20)
    assert order == ["first", "further"]


def test_the_next_of_the_queue_goes_first_too() -> None:
    precedence, order = Precedence(), []
    with precedence.first():
        waiting = _further(precedence, order)
    with precedence.first():
        time.sleep(0.3)
        order.append("first")
    waiting.join(20)
    assert order == ["first", "further"]


def test_nobody_waits_for_ever() -> None:
    precedence = Precedence()
    with precedence.first():
        precedence.wait(0.05)
    precedence.wait(20)
