"""`img2music` that trains in float32 on every processor, so that results can be compared closely."""

from __future__ import annotations

from img2music.cli.main import main
from img2music.training.common import runs

runs.has_bfloat16 = lambda: False

if __name__ == "__main__":
    main()
