"""`img2music` and `python -m img2music`. Signals are answered before anything else is imported."""

from __future__ import annotations

import sys

NAME = "img2music"
try:
    from img2music.system.interrupts import Interrupts
except KeyboardInterrupt:  # before it could be answered otherwise
    sys.stderr.write(f"{NAME}: interrupted\n")
    sys.exit(130)


def main() -> None:
    """Run the command line; it ends as `exits.EPILOG` says."""
    interrupts = Interrupts(NAME)
    interrupts.install()
    from img2music.cli.common.exits import run
    from img2music.system.memory import FOR_NUMPY, check_room

    def command_line(prog_name: str) -> None:
        check_room(FOR_NUMPY)
        from img2music.cli.common.selection import needed
        from img2music.cli.main import app

        with interrupts:
            needed(app, sys.argv[1:])(prog_name=prog_name)

    try:
        run(command_line, NAME, interrupts)
    finally:
        interrupts.close()


if __name__ == "__main__":
    main()
