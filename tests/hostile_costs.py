"""`python tests/hostile_costs.py [NAME...]`: what reading hostile pictures costs, all kinds without a name."""

from __future__ import annotations

import json
import sys
import time
import warnings
from pathlib import Path

from hostile_pictures import HOSTILE
from img2music.errors import PictureError
from img2music.vision.picture import load_picture, to_input


def _measure(name: str) -> dict[str, object]:
    """What reading one of them costs this process."""

    def memory(kind: str) -> int:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(kind))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data = HOSTILE[name]()
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before, start = memory("VmRSS"), time.process_time()
    try:
        picture = load_picture(data)
        to_input(picture, 224)
        answer = str(picture.size)
    except PictureError as error:
        answer = str(error)
    seconds = time.process_time() - start
    return {"name": name, "bytes": len(data), "memory": memory("VmHWM") - before, "seconds": seconds, "answer": answer}


if __name__ == "__main__":
    for each in sys.argv[1:] or HOSTILE:
        print(json.dumps(_measure(each)), flush=True)
