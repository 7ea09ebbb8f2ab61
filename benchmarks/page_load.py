"""The page with several visitors at once, each with another picture, again and again.

They ask by plain HTTP and draw nothing: visitors do that on machines of their own.
"""

from __future__ import annotations

import io
import json
import statistics
import time
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from benchmarks.latency import EXAMPLE
from PIL import Image

_BOUNDARY = "a-picture"
_WISHES = (0.7, 0, 15, "seen", False, "wav", "", "")  # alpha, seed, seconds, genre, loop, format, engine, bank


def page_load(visitors: int, each: int) -> dict[str, object]:
    """Median and 95th percentile of the seconds a visitor waits, of `visitors` who ask together `each` times, and how
    many of the requests failed."""
    from img2music.app.server.server import Server

    together = Barrier(visitors)
    pictures = [[_picture(each * visitor + turn + 1) for turn in range(each)] for visitor in range(visitors)]
    with Server() as server, ThreadPoolExecutor(visitors) as pool:
        answers = list(pool.map(lambda own: _visit(server.address, own, together), pictures))
    waits = sorted(wait for each_wait in answers for wait in each_wait if wait is not None)
    figures: dict[str, object] = {"visitors": visitors, "requests": visitors * each}
    figures |= {"failed": visitors * each - len(waits)}
    if len(waits) > 1:
        figures |= {"median_s": round(statistics.median(waits), 2)}
        figures |= {"p95_s": round(statistics.quantiles(waits, n=20, method="inclusive")[-1], 2)}
    return figures


def _picture(degrees: float) -> bytes:
    """A picture that nobody else has, as a file: what was seen before is not read again."""
    with Image.open(EXAMPLE) as example, io.BytesIO() as file:
        example.convert("RGB").rotate(degrees).save(file, "PNG")
        return file.getvalue()


def _visit(address: str, pictures: Sequence[bytes], together: Barrier) -> list[float | None]:
    """Seconds from each picture to its sound, None of one that failed."""
    waits: list[float | None] = []
    for picture in pictures:
        together.wait()
        started = time.perf_counter()
        try:
            _listen(address, picture)
            waits.append(time.perf_counter() - started)
        except Exception:  # whatever a visitor sees instead of music is a failure
            waits.append(None)
    return waits


def _listen(address: str, picture: bytes) -> bytes:
    """The sound file of a picture file. Raises `ValueError` when there is none."""
    start = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="cover.png"\r\n\r\n'.encode()
    body = start + picture + f"\r\n--{_BOUNDARY}--\r\n".encode()
    kept = json.loads(_ask(f"{address}gradio_api/upload", body, f"multipart/form-data; boundary={_BOUNDARY}"))
    data = [{"path": kept[0], "meta": {"_type": "gradio.FileData"}}, *_WISHES]
    call = f"{address}gradio_api/call/generate"
    event = json.loads(_ask(call, json.dumps({"data": data}).encode(), "application/json"))["event_id"]
    *_, last = _ask(f"{call}/{event}").decode().strip().split("\n\n")
    name, _, answer = last.partition("\n")
    if name != "event: complete":
        raise ValueError(last)
    return _ask(json.loads(answer.removeprefix("data: "))[0]["url"])


def _ask(url: str, body: bytes | None = None, kind: str = "text/plain") -> bytes:
    with urllib.request.urlopen(urllib.request.Request(url, body, {"Content-Type": kind})) as answer:
        return answer.read()
