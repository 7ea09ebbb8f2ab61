"""The page in a headless Chromium, with the bundled models: what a visitor drops, hears, changes, keeps and reads."""

from __future__ import annotations

import base64
import statistics
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("gradio", reason="Gradio is not installed")
pytest.importorskip("playwright", reason="Playwright is not installed")

from playwright.sync_api import Browser, Page

from chromium import CHROMIUM, NARROW, PATIENCE, choose, chromium, visit, wait_for_card
from conftest import hear
from img2music.app.kept import FORMATS
from img2music.app.page.examples import example_pictures
from img2music.app.server.server import Server
from img2music.genres import GENRES

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]

VISITORS = 10
# Fetches what the player at a place plays, and decodes it as the browser does.
LISTEN = """async number => {
    const player = document.querySelector(`#card-${number} audio`);
    const data = await (await fetch(player.src)).arrayBuffer();
    const sound = await new OfflineAudioContext(1, 1, 22050).decodeAudioData(data);
    const samples = sound.getChannelData(0);
    player.muted = true;
    await player.play();
    await new Promise(done => setTimeout(done, 400));
    player.pause();
    return {
        duration: player.duration, length: sound.duration, played: player.currentTime,
        level: Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length),
        start: Array.from(samples.slice(22050, 22050 + 200)),
    };
}"""
DROP = """([data, name, type]) => {
    const bytes = Uint8Array.from(atob(data), letter => letter.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], name, {type}));
    const place = document.querySelector('#picture input[type=file]').closest('button');
    for (const kind of ['dragenter', 'dragover', 'drop'])
        place.dispatchEvent(new DragEvent(kind, {dataTransfer: transfer, bubbles: true, cancelable: true}));
}"""
# Keeps the moment at which the first player could play, without asking again and again: that keeps a machine busy.
WATCH = """() => {
    window.heard = new Promise(done => {
        const listen = event => event.target.closest('#card-0') && done(performance.now());
        document.addEventListener('canplay', listen, true);
    });
}"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    visitor = visit(browser, server.address)
    yield visitor
    visitor.context.close()


@pytest.fixture
def jazz() -> Path:
    return next(path for path in example_pictures() if path.stem == "jazz")


def test_an_idle_page_draws_nothing(page: Page, browser: Browser) -> None:
    page.wait_for_timeout(6000)  # what moves when a page opens has come to rest by then
    browser.start_tracing(page=page, categories=["devtools.timeline"])
    page.wait_for_timeout(2000)
    frames = browser.stop_tracing().count(b'"FireAnimationFrame"')
    assert frames < 20  # a loading sign that never stops draws 120


def _drop(page: Page, data: bytes, name: str, type: str) -> None:
    page.evaluate(DROP, [base64.b64encode(data).decode(), name, type])


def _bomb() -> bytes:
    """A few bytes that claim to be a picture of 50,000 x 50,000 pixels."""

    def chunk(name: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + check

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def test_a_dropped_picture_is_heard(page: Page, jazz: Path) -> None:
    _drop(page, jazz.read_bytes(), "jazz.png", "image/png")
    wait_for_card(page, 0)
    wait_for_card(page, 1)
    heard = [page.evaluate(LISTEN, number) for number in (0, 1)]
    for sound in heard:
        assert sound["duration"] == pytest.approx(15, abs=0.1)
        assert sound["length"] == pytest.approx(15, abs=0.1)
        assert sound["level"] > 0.01
        assert sound["played"] > 0
    assert heard[0]["start"] != heard[1]["start"]
    said = page.inner_text("#reading")
    assert all(genre in said for genre in GENRES)
    assert "%" in said
    card = page.inner_text("#card-0")
    assert "Plays " in card
    assert "compose, strength 1" in card
    assert page.locator("#card-0 svg[role=img]").count() == 1


def test_another_strength_sounds_different(page: Page, jazz: Path) -> None:
    choose(page, jazz)
    wait_for_card(page)
    before = page.evaluate(LISTEN, 0)
    source = page.get_attribute("#card-0 audio", "src")
    page.fill("#strength input[type=number]", "0.9")
    page.press("#strength input[type=number]", "Tab")
    page.click("#again")
    page.wait_for_function(
        "before => document.querySelector('#card-0 audio')?.getAttribute('src') != before", arg=source
    )
    wait_for_card(page)
    assert "strength 0.9" in page.inner_text("#card-0")
    assert page.evaluate(LISTEN, 0)["start"] != before["start"]


def test_another_one_has_another_seed_and_the_history_keeps_both(page: Page, jazz: Path) -> None:
    choose(page, jazz)
    wait_for_card(page, 1)
    page.click("#another")
    page.wait_for_function("document.querySelector('#card-1 h2')?.innerText.endsWith('3')")
    assert page.inner_text("#card-0 h2").lower() == "jazz, seed 2"
    page.wait_for_function("document.querySelectorAll('#history .i2m-row').length == 4")


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_can_be_kept(page: Page, jazz: Path, tmp_path: Path, format: str) -> None:
    choose(page, jazz)
    wait_for_card(page)
    with page.expect_download() as download:
        page.click(f"#card-0 a[download$='.{format}']:visible")
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    samples, rate = hear(path)
    assert path.suffix == f".{format}"
    assert len(samples) / rate == pytest.approx(15, abs=0.2)
    assert np.sqrt(np.mean(samples**2)) > 0.01


@pytest.mark.parametrize(
    ("data", "name", "type", "words"),
    [
        (b"only words\n", "notes.txt", "text/plain", "Invalid file type"),
        (b"only words\n", "notes.png", "image/png", "not a picture in a known format"),
        (_bomb(), "bomb.png", "image/png", "above 64 megapixels; make it smaller"),
    ],
    ids=["text", "text named as a picture", "bomb"],
)
def test_what_cannot_be_read_is_said_on_the_page(page: Page, data: bytes, name: str, type: str, words: str) -> None:
    _drop(page, data, name, type)
    page.get_by_text(words).first.wait_for()
    assert "Traceback" not in page.inner_text("body")
    assert page.locator("audio").count() == 0


@pytest.mark.parametrize(
    "name", ["cover.jfif", "cover.avif", "cover.HEIC", "cover.hif", "cover.mpo", "cover.dib", "cover.apng"]
)
@pytest.mark.parametrize("type", ["", "application/octet-stream"])
def test_pictures_are_known_by_their_endings(page: Page, jazz: Path, name: str, type: str) -> None:
    _drop(page, jazz.read_bytes(), name, type)
    wait_for_card(page)
    assert page.get_by_text("Invalid file type").count() == 0


def test_the_browser_asks_nobody_else(browser: Browser, server: Server, jazz: Path) -> None:
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(server.address)
    page.wait_for_selector("#picture input[type=file]", state="attached")
    choose(page, jazz)
    wait_for_card(page, 1)
    own = (server.address, "data:", f"blob:{server.address}")
    assert [address for address in asked if not address.startswith(own)] == []
    page.close()


def test_a_narrow_page_does_not_scroll_sideways(browser: Browser, server: Server, jazz: Path) -> None:
    page = visit(browser, server.address, NARROW)
    choose(page, jazz)
    wait_for_card(page, 1)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    page.context.close()


def test_everything_has_a_name_and_can_be_reached_with_the_keyboard(page: Page, jazz: Path) -> None:
    choose(page, jazz)
    wait_for_card(page, 1)
    reached = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
    assert {"again", "another", "AUDIO", "A", "INPUT"} <= reached
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('button, a, input, audio')]
            .filter(part => part.checkVisibility() && !(part.innerText?.trim() || part.ariaLabel || part.title
                || part.labels?.length || part.closest('label') || part.querySelector('img[alt]')))
            .map(part => part.outerHTML.slice(0, 200))"""
    )
    assert nameless == []


def test_ten_visitors_at_once(browser: Browser, server: Server, tmp_path: Path, record_property: Any) -> None:
    visitors = [visit(browser, server.address) for _ in range(VISITORS)]
    for visitor in visitors:
        visitor.evaluate(WATCH)
    for number in range(VISITORS):
        picture = Image.open(example_pictures()[number % len(GENRES)]).convert("RGB")
        picture.rotate(3 * number + 3).save(tmp_path / f"{number}.png")  # so that nobody's picture was read before
    dropped = []
    for number, visitor in enumerate(visitors):
        dropped.append(visitor.evaluate("performance.now()"))
        choose(visitor, tmp_path / f"{number}.png")
    waits = [visitor.evaluate("window.heard") - then for visitor, then in zip(visitors, dropped, strict=True)]
    for visitor in visitors:
        wait_for_card(visitor, 1)
        assert visitor.locator("[role=alert]").count() == 0
        visitor.context.close()
    median = statistics.median(waits) / 1000
    record_property("median_wait_s", round(median, 2))
    print(f"ten visitors: median {median:.2f} s, longest {max(waits) / 1000:.2f} s")
    assert len(waits) == VISITORS
