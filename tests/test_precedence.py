"""Behaviour of the page's queue: first snippets go before further ones."""

from __future__ import annotations

import threading
import time

from img2music.app.precedence import Precedence


def test_a_further_snippet_waits_for_the_first_of_others() -> None:
    precedence, order = Precedence(), []

    def further() -> None:
        precedence.wait(20)
        order.append("further")

    with precedence.first():
        waiting = threading.Thread(target=further)
        waiting.start()
        time.sleep(0.3)
        order.append("first")
    waiting.join(20)
    assert order == ["first", "further"]


def test_the_next_who_goes_first_is_let_in_at_once() -> None:
    precedence, order = Precedence(), []

    def further() -> None:
        precedence.wait(20)
        order.append("further")

    with precedence.first():
        waiting = threading.Thread(target=further)
        waiting.start()
    with precedence.first():  # the next of the queue, before a gap is noticed
        time.sleep(0.3)
        order.append("first")
    waiting.join(20)
    assert order == ["first", "further"]


def test_nobody_waits_for_ever() -> None:
    precedence = Precedence()
    with precedence.first():
        precedence.wait(0.05)
    with precedence.first(), precedence.first():
        pass
    precedence.wait(20)
