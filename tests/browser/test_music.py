"""What a visitor does with music on the page: reads its score, mixes its stems, changes it, keeps it."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from zipfile import ZipFile

import pytest

pytest.importorskip("gradio", reason="Gradio is not installed")
pytest.importorskip("playwright", reason="Playwright is not installed")

from playwright.sync_api import Browser, Page

from chromium import CHROMIUM, NARROW, PATIENCE, WIDE, choose, chromium, visit, wait_for_card
from img2music.app.page.examples import example_pictures
from img2music.app.server.server import Server

ROOT = Path(__file__).resolve().parents[2]
AXE = Path(os.environ.get("AXE") or ROOT / "node_modules" / "axe-core" / "axe.min.js")
HEAVIEST = 3 * 2**20
"""Bytes of the page before there is music."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]

# Lets a test measure what Web Audio plays: everything that goes to the loudspeakers goes to a meter as well.
METER = """() => {
    const connect = AudioNode.prototype.connect;
    AudioNode.prototype.connect = function (target, ...rest) {
        if (target instanceof AudioDestinationNode) {
            window.meter ??= new AnalyserNode(this.context, {fftSize: 8192});
            connect.call(this, window.meter);
        }
        return connect.call(this, target, ...rest);
    };
    window.level = () => {
        const samples = new Float32Array(8192);
        window.meter.getFloatTimeDomainData(samples);
        return Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
    };
}"""
PLAY = """async ([card, seconds]) => {
    const player = document.querySelector(`${card} audio`);
    player.currentTime = seconds;
    await player.play();
}"""
PLAYHEAD = """card => {
    const roll = document.querySelector(`${card} .i2m-roll`), head = roll.querySelector('.i2m-playhead');
    const left = head.getBoundingClientRect().left - roll.getBoundingClientRect().left;
    return {scrolled: roll.scrollLeft, left, width: roll.clientWidth,
            seconds: document.querySelector(`${card} audio`).currentTime};
}"""
DRAG = """link => {
    const transfer = new DataTransfer();
    document.querySelector(link).dispatchEvent(new DragEvent('dragstart', {dataTransfer: transfer, bubbles: true}));
    return transfer.getData('DownloadURL');
}"""
CARD = "#card-0"


KEPT = """async () => {
    const opened = indexedDB.open('img2music', 1);
    await new Promise(done => (opened.onsuccess = done));
    const asked = opened.result.transaction('heard').objectStore('heard').count();
    await new Promise(done => (asked.onsuccess = done));
    opened.result.close();
    return asked.result;
}"""
"""How many pieces the browser keeps."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def jazz() -> Path:
    return next(path for path in example_pictures() if path.stem == "jazz")


@pytest.fixture
def page(browser: Browser, server: Server, jazz: Path) -> Iterator[Page]:
    """A visitor who has one composed piece."""
    visitor = visit(browser, server.address)
    _compose(visitor, jazz)
    yield visitor
    visitor.context.close()


def _compose(page: Page, picture: Path) -> None:
    page.get_by_label("a score of its own, played").check()
    page.get_by_label("number input for Snippets side by side").fill("1")
    page.keyboard.press("Tab")
    choose(page, picture)
    wait_for_card(page)


def _changed(page: Page, button: str) -> str:
    """The heading of the card after a button of it was pressed."""
    key = page.get_attribute(f"{CARD} .i2m-card", "data-key")
    page.click(f"{CARD} {button}")
    page.wait_for_function(f"key => document.querySelector('{CARD} .i2m-card').dataset.key !== key", arg=key)
    wait_for_card(page)
    return page.inner_text(f"{CARD} h2")


def test_the_score_moves_under_the_playhead(page: Page) -> None:
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    page.emulate_media(reduced_motion="no-preference")
    page.evaluate(PLAY, [CARD, 6.0])
    page.wait_for_function(f"document.querySelector('{CARD} audio').currentTime > 7")
    shown = page.evaluate(PLAYHEAD, CARD)
    assert shown["scrolled"] > 0
    assert shown["left"] == pytest.approx(0.3 * shown["width"], abs=0.1 * shown["width"])
    page.click(f"{CARD} .i2m-sheet", position={"x": 30, "y": 90})
    assert page.evaluate(PLAYHEAD, CARD)["seconds"] < 7


def test_with_reduced_motion_the_score_is_turned_as_pages_are(page: Page) -> None:
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    page.evaluate(PLAY, [CARD, 1.0])
    page.wait_for_function(f"document.querySelector('{CARD} audio').currentTime > 2")
    assert page.evaluate(PLAYHEAD, CARD)["scrolled"] == 0
    page.evaluate(PLAY, [CARD, 13.0])
    page.wait_for_function(f"document.querySelector('{CARD} .i2m-roll').scrollLeft > 0")
    shown = page.evaluate(PLAYHEAD, CARD)
    assert 0 <= shown["left"] <= shown["width"]


def test_stems_are_muted_and_heard_alone(page: Page) -> None:
    page.evaluate(METER)
    page.click(f"{CARD} .i2m-apart")
    page.wait_for_selector(f"{CARD} [data-switch=Mute]")
    page.evaluate(PLAY, [CARD, 2.0])
    page.wait_for_function("window.level() > 0.01")
    for switch in page.locator(f"{CARD} [data-switch=Mute]").all():
        switch.press("Enter")
        assert switch.get_attribute("aria-pressed") == "true"
    page.wait_for_function("window.level() < 1e-4")
    page.locator(f"{CARD} [data-switch=Mute]").first.press("Enter")
    page.wait_for_function("window.level() > 1e-3")
    page.locator(f"{CARD} [data-switch=Solo]").last.press("Enter")  # that is muted
    page.wait_for_function("window.level() < 1e-4")
    page.evaluate(f"document.querySelector('{CARD} audio').pause()")


def test_a_section_is_made_again_and_an_instrument_taken_off(page: Page) -> None:
    assert "section 1 take 2" in _changed(page, ".i2m-sections button")
    chip = page.locator(f"{CARD} .i2m-chip[aria-pressed=true]").last
    name = chip.inner_text()
    assert f"without {name}" in _changed(page, f'.i2m-chip:text-is("{name}")')
    assert page.get_attribute(f'{CARD} .i2m-chip:text-is("{name}")', "aria-pressed") == "false"
    page.wait_for_function("document.querySelectorAll('#history .i2m-row').length === 3")


def test_everything_comes_in_one_archive_and_links_can_be_dragged_out(page: Page) -> None:
    with page.expect_download() as download:
        page.click(f"{CARD} a[download$='.zip']")
    names = ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())).namelist()
    assert {Path(name).suffix for name in names} >= {".wav", ".mid", ".json", ".png"}
    kind, name, address = page.evaluate(DRAG, f"{CARD} a[download$='.mid']").split(":", 2)
    assert (kind, name) == ("audio/midi", page.get_attribute(f"{CARD} a[download$='.mid']", "download"))
    assert page.request.get(address).body()[:4] == b"MThd"


def test_moods_are_where_the_picture_puts_them(page: Page) -> None:
    page.click("#mood button")
    energy = page.locator("#mood-energy input[type=number]")
    put = energy.input_value()
    assert put != "0.5"
    energy.fill("1")
    page.keyboard.press("Tab")
    before = page.get_attribute(f"{CARD} audio", "src")
    page.click("#again")
    page.wait_for_function(f"src => document.querySelector('{CARD} audio').getAttribute('src') !== src", arg=before)
    assert energy.input_value() == "1"
    page.click("#mood-back")
    page.wait_for_function(f"document.querySelector('#mood-energy input[type=number]').value === '{put}'")


def test_the_history_lasts_over_a_restart_until_it_is_cleared(
    browser: Browser, server: Server, jazz: Path, tmp_path: Path
) -> None:
    page = visit(browser, server.address, kept=tmp_path)
    _compose(page, jazz)
    title = page.inner_text(f"{CARD} h2")
    give_up = monotonic() + PATIENCE / 1000
    while page.evaluate(KEPT) != 1 and monotonic() < give_up:
        page.wait_for_timeout(200)
    page.context.close()
    page = visit(browser, server.address, kept=tmp_path)
    page.wait_for_selector("#history .i2m-row")
    assert page.inner_text("#history strong") == title
    page.evaluate("async () => { const p = document.querySelector('#history audio'); p.muted = true; await p.play(); }")
    page.wait_for_function("document.querySelector('#history audio').currentTime > 0")
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("#history button")
    page.wait_for_selector("#history .i2m-row", state="detached")
    page.reload()
    page.wait_for_selector("#history [role=status]")
    page.wait_for_timeout(1000)
    assert page.locator("#history .i2m-row").count() == 0
    page.context.close()


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_a_page_with_a_score_says_nothing_in_the_console_and_fits(
    browser: Browser, server: Server, jazz: Path, size: tuple[int, int]
) -> None:
    page = visit(browser, server.address, size)
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    _compose(page, jazz)
    page.click(f"{CARD} .i2m-apart")
    page.wait_for_selector(f"{CARD} [data-switch=Mute]")
    assert problems == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.context.close()


def test_the_page_is_light(browser: Browser, server: Server) -> None:
    page = browser.new_page()
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    page.goto(server.address)
    page.wait_for_selector("#picture input[type=file]", state="attached")
    page.wait_for_timeout(2000)
    print(f"the page: {sum(sizes) / 1e6:.2f} MB in {len(sizes)} files")
    assert 0 < sum(sizes) < HEAVIEST
    page.close()


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed (npm install --no-save axe-core)")
def test_axe_finds_nothing_serious(page: Page) -> None:
    page.click(f"{CARD} .i2m-apart")
    page.wait_for_selector(f"{CARD} [data-switch=Mute]")
    page.click("#mood button")
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("async () => (await axe.run()).violations")
    serious = [
        (rule["id"], node["html"][:200])
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]
    assert serious == []
