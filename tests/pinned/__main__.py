"""`python -m tests.pinned`: write the pinned numbers down anew."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.tiny_models import write_tiny_models

from img2music.system.files import atomic_write

from .comparison import FILE
from .subjects import SUBJECTS, numbers_of


def main() -> int:
    """Write the numbers of all subjects."""
    with TemporaryDirectory() as folder:
        models = write_tiny_models(Path(folder) / "models")
        found = {subject: numbers_of(subject, models) for subject in SUBJECTS}
    lines = [
        f'"{subject}": {{\n'
        + ",\n".join(f" {json.dumps(name)}: {json.dumps(numbers)}" for name, numbers in names.items())
        + "\n}"
        for subject, names in found.items()
    ]
    with atomic_write(FILE, force=True) as temporary:
        temporary.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{FILE}: say in CHANGELOG.md why")
    return 0


if __name__ == "__main__":
    sys.exit(main())
