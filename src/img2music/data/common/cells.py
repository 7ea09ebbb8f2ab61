"""Cells of tables that people open in a spreadsheet, which would take some of them for formulas."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def cell(value: object) -> str:
    """A cell with an apostrophe before what a spreadsheet would run or swallow; `meant` takes it away again.

    Text only: a number may be negative.
    """
    if not isinstance(value, str):
        return str(value)
    return f"'{value}" if _FORMULA.match(value) else value


def meant(text: str) -> str:
    """What was written as the cell `text`."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
