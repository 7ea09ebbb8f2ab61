"""The page with several visitors at once, each asking for a snippet, again and again."""

from __future__ import annotations

import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from benchmarks.latency import EXAMPLE


def page_load(visitors: int, each: int) -> dict[str, object]:
    """Median and 95th percentile of the seconds a visitor waits, and how many of the requests failed."""
    from img2music.app.server import Server

    with Server() as server, ThreadPoolExecutor(visitors) as pool:
        answers = [wait for waits in pool.map(partial(_visit, server.address, each), range(visitors)) for wait in waits]
    waits = sorted(wait for wait in answers if wait is not None)
    figures: dict[str, object] = {"visitors": visitors, "requests": len(answers), "failed": len(answers) - len(waits)}
    if len(waits) > 1:
        figures |= {"median_s": round(statistics.median(waits), 2)}
        figures |= {"p95_s": round(statistics.quantiles(waits, n=20, method="inclusive")[-1], 2)}
    return figures


def _visit(address: str, requests: int, number: int) -> list[float | None]:
    """Seconds of each of a visitor's requests, None of one that failed."""
    from gradio_client import Client, handle_file

    with tempfile.TemporaryDirectory() as folder:
        client = Client(address, verbose=False, analytics_enabled=False, download_files=folder)
        waits: list[float | None] = []
        for request in range(requests):
            started = time.perf_counter()
            try:
                client.predict(handle_file(str(EXAMPLE)), seed=1000 * number + request, api_name="/generate")
                waits.append(time.perf_counter() - started)
            except Exception:  # whatever a visitor sees instead of music is a failure
                waits.append(None)
    return waits
