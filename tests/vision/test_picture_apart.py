"""Pictures are decoded in processes whose memory and time are limited, and which end with the one that needs them."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from conftest import Painter, Run
from hostile_pictures import HOSTILE, encoded
from img2music.errors import PictureError
from img2music.vision.decoding import apart, child
from img2music.vision.decoding.apart import Decoders
from img2music.vision.decoding.outline import UnfitError
from img2music.vision.picture import PictureFile, load_picture

POSIX = pytest.mark.skipif(os.name != "posix", reason="limits and signals of POSIX")
LINUX = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks into /proc")
RED = encoded(Image.new("RGB", (40, 30), "red"), "PNG")


@pytest.fixture
def decoders() -> Iterator[Decoders]:
    """Processes of a test's own."""
    made = Decoders()
    yield made
    made.close()


def _with_child(monkeypatch: pytest.MonkeyPatch, statements: str) -> None:
    """Let processes start with a changed `child`."""
    start, end = apart.PROGRAM.rsplit("; ", 1)
    monkeypatch.setattr(
        apart, "PROGRAM", f"{start}\nimport os, time\nfrom img2music.vision.decoding import child\n{statements}\n{end}"
    )


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF"])
def test_the_pixels_are_those_that_are_decoded_here(tmp_path: Path, format: str) -> None:
    data = encoded(Image.effect_noise((700, 1100), 80).convert("RGB"), format)
    path = tmp_path / "noise"
    path.write_bytes(data)
    here = load_picture(data)
    for there in (load_picture(data, apart=True), PictureFile.read(path, apart=True).image):
        assert (there.size, there.mode, there.tobytes()) == (here.size, "RGB", here.tobytes())


@pytest.mark.parametrize("data", [b"", b"no picture", RED[:-40], HOSTILE["png: a claimed size"]()])
def test_what_is_wrong_is_said_as_here(data: bytes) -> None:
    with pytest.raises(PictureError) as here:
        load_picture(data)
    with pytest.raises(PictureError) as there:
        load_picture(data, apart=True)
    assert str(here.value) == str(there.value)


@POSIX
@pytest.mark.parametrize(
    ("statements", "words"),
    [
        ("child.SECONDS = 0.1\ndef spin(data):\n    while True: pass\nchild.decode_in_parts = spin", "takes too long"),
        ("child.MEMORY = 2**20\nchild.decode_in_parts = lambda data: bytes(2**27)", "memory"),
        ("child.decode_in_parts = lambda data: os.abort()", "cannot be decoded"),
        ("child.decode_in_parts = lambda data: os._exit(0)", "cannot be decoded"),
        ("os._exit(3)", "cannot be decoded"),
    ],
)
def test_a_picture_that_costs_too_much_or_crashes_fails_alone(
    monkeypatch: pytest.MonkeyPatch, decoders: Decoders, statements: str, words: str
) -> None:
    with monkeypatch.context() as patched:
        _with_child(patched, statements)
        with pytest.raises(UnfitError, match=words):
            decoders.decode(RED)
    decoders.close()
    assert decoders.decode(RED).getpixel((1, 1)) == (255, 0, 0)


def test_a_picture_that_waits_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch, decoders: Decoders) -> None:
    monkeypatch.setattr(apart, "CLOCK", 0.5)
    _with_child(monkeypatch, "child.decode_in_parts = lambda data: time.sleep(600)")
    with pytest.raises(UnfitError, match="takes too long"):
        decoders.decode(RED)


def test_a_slow_picture_makes_no_other_wait(monkeypatch: pytest.MonkeyPatch, decoders: Decoders) -> None:
    _with_child(
        monkeypatch,
        "decode = child.decode_in_parts\n"
        "def slowly(data):\n    time.sleep(600 if data == b'slow' else 0)\n    return decode(data)\n"
        "child.decode_in_parts = slowly",
    )
    slow = threading.Thread(target=lambda: _fails(decoders, b"slow"), daemon=True)
    monkeypatch.setattr(apart, "CLOCK", 10)
    slow.start()
    for _ in range(3):
        assert decoders.decode(RED).size == (40, 30)
    assert slow.is_alive()


def _fails(decoders: Decoders, data: bytes) -> None:
    with pytest.raises(UnfitError):
        decoders.decode(data)


def test_many_threads_decode_at_once() -> None:
    sizes: list[tuple[int, int]] = []
    threads = [threading.Thread(target=lambda: sizes.append(load_picture(RED, apart=True).size)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sizes == [(40, 30)] * 12


_PARENT = """
import os, sys, time
from img2music.vision.decoding import apart, child
from img2music.vision.picture import load_picture
{statements}
import threading
threading.Thread(target=lambda: load_picture({data!r}, apart=True), daemon=True).start()
while not (found := [p for p in os.listdir("/proc") if p.isdigit() and _parent(p) == os.getpid()]):
    time.sleep(0.01)
print(found[0], flush=True)
sys.stdin.read()
"""
_FIND = """
def _parent(process):
    try:
        with open(f"/proc/{process}/stat") as file:
            return int(file.read().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0
"""
_BUSY = """
start, end = apart.PROGRAM.rsplit("; ", 1)
slow = "import time; from img2music.vision.decoding import child; child.decode_in_parts = lambda data: time.sleep(600)"
apart.PROGRAM = f"{{start}}; {{slow}}; {{end}}"
"""


@LINUX
@pytest.mark.parametrize("statements", [_FIND, _FIND + _BUSY.format()], ids=["idle", "busy"])
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, None], ids=str)
def test_the_process_ends_with_its_parent(statements: str, ending: signal.Signals | None) -> None:
    program = _PARENT.format(statements=statements, data=RED)
    parent = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert parent.stdin is not None and parent.stdout is not None
    decoder = Path("/proc") / parent.stdout.readline().decode().strip()
    assert decoder.exists()
    if ending is not None:
        parent.send_signal(ending)
    parent.stdin.close()
    parent.wait()
    parent.stdout.close()
    waited = 0.0
    while decoder.exists() and "(zombie)" not in _state(decoder):
        assert waited < 60, "it lives on"
        time.sleep(0.05)
        waited += 0.05


def _state(process: Path) -> str:
    try:
        return (process / "status").read_text()
    except OSError:
        return "(zombie)"


@LINUX
def test_the_process_has_no_file_or_terminal_of_its_parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _with_child(
        monkeypatch,
        "found = str((sorted(os.listdir('/proc/self/fd'))[:-1], os.getsid(0)))\n"
        f"open({str(tmp_path / 'seen')!r}, 'w').write(found)",
    )
    with (tmp_path / "open").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        decoders = Decoders()
        decoders.decode(RED)
        decoders.close()
    found, session = eval((tmp_path / "seen").read_text())
    assert found == ["0", "1", "2"]
    assert session != os.getsid(0)


def test_the_process_loads_little() -> None:
    program = "import sys; from img2music.vision.decoding import child; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"onnxruntime", "gradio", "ray", "torch", "soundfile", "typer", "img2music.pipeline"} & set(loaded)


def test_systems_without_limits_decode_as_well(monkeypatch: pytest.MonkeyPatch, decoders: Decoders) -> None:
    _with_child(
        monkeypatch,
        "import sys, signal, select\nsys.modules['resource'] = None\ndel signal.setitimer, select.poll",
    )
    assert decoders.decode(RED).size == (40, 30)


@POSIX
def test_a_forked_process_has_decoders_of_its_own() -> None:
    load_picture(RED, apart=True)
    forked = os.fork()
    if not forked:
        os._exit(0 if load_picture(RED, apart=True).size == (40, 30) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(forked, 0)[1]) == 0
    assert load_picture(RED, apart=True).size == (40, 30)


def test_the_limits_are_those_that_are_promised() -> None:
    assert (child.MEMORY, child.SECONDS) == (400 * 2**20, 5.0)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_batch_goes_on_after_a_hostile_picture(run: Run, paint: Painter, tmp_path: Path, jobs: int) -> None:
    (tmp_path / "covers").mkdir()
    for name in ("a.png", "b.png", "c.png"):
        paint(name=f"covers/{name}")
    bomb = tmp_path / "covers" / "b.png"
    bomb.write_bytes(_bomb())
    status, _, err = run("batch", "covers", "--out", "music", "--seconds", 1, "--jobs", jobs)
    assert status == 1
    assert "b.png" in err and "Traceback" not in err
    assert sorted(path.name for path in (tmp_path / "music").glob("*.wav")) == ["a.wav", "c.wav"]


def test_a_visitor_of_the_page_reads_what_is_wrong(tiny_models: Path, tmp_path: Path) -> None:
    studio = pytest.importorskip("img2music.app.studio").Studio(tiny_models)
    (tmp_path / "bomb").write_bytes(_bomb())
    (tmp_path / "red").write_bytes(RED)
    with pytest.raises(PictureError):
        studio.classify(tmp_path / "bomb")
    assert studio.classify(tmp_path / "red").genre


def test_what_is_found_wrong_between_parts_is_said_and_the_process_goes_on(
    monkeypatch: pytest.MonkeyPatch, decoders: Decoders
) -> None:
    _with_child(
        monkeypatch,
        "decode = child.decode_in_parts\n"
        "def half(data):\n"
        "    parts = decode(data)\n"
        "    yield next(parts)\n"
        "    if len(data) > 10000: raise child.UnfitError('breaks off; choose another')\n"
        "    yield from parts\n"
        "child.decode_in_parts = half",
    )
    with pytest.raises(UnfitError, match="breaks off; choose another"):
        decoders.decode(encoded(Image.effect_noise((600, 1200), 80), "PNG"))
    assert decoders.decode(RED).size == (40, 30)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_turned_as_here(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    noise = Image.effect_noise((700, 1100), 80).convert("RGB")
    data = encoded(noise, "JPEG", exif=exif)
    there, here = load_picture(data, apart=True), load_picture(data)
    assert there.size == ((1100, 700) if orientation > 4 else (700, 1100))
    assert (there.size, there.tobytes()) == (here.size, here.tobytes())


def test_a_large_picture_is_halved_as_here() -> None:
    data = encoded(Image.linear_gradient("L").resize((6001, 4201)), "PNG", compress_level=1)
    there = load_picture(data, apart=True)
    assert (there.size, there.tobytes()) == ((3001, 2101), load_picture(data).tobytes())


def _bomb() -> bytes:
    return HOSTILE["tiff: a claimed size"]()
