"""The page as a Space of Hugging Face: visitors come through its proxy, and it frames the page."""

from __future__ import annotations

from pathlib import Path

from img2music.app.server.environment import settle_environment
from img2music.app.server.server import Server
from img2music.app.server.signals import ended_by_signals

PORT = 7860
"""The port that Spaces expect."""
FRAMED_BY = "https://huggingface.co"


def space(port: int = PORT, models: Path | None = None) -> Server:
    """The page, for whoever reaches this machine."""
    settle_environment()
    return Server(models, "0.0.0.0", port, framed_by=FRAMED_BY)


if __name__ == "__main__":
    with ended_by_signals(), space() as server:
        print(f"Img2Music is at {server.address}", flush=True)
        server.wait()
