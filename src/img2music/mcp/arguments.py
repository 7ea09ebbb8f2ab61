"""The arguments of tools: their JSON Schema, and reading what an agent sends, which may be anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from img2music.app.page.arguments import number, truth, whole
from img2music.errors import OptionError

LONGEST_TEXT = 4096


def short_text(name: str, value: object) -> str:
    """A text of at most `LONGEST_TEXT` characters. Raises `OptionError` for anything else."""
    given = any_text(name, value)
    if len(given) > LONGEST_TEXT:
        raise OptionError(f"{name} has {len(given)} characters; give at most {LONGEST_TEXT}.")
    return given


def any_text(name: str, value: object) -> str:
    """A text. Raises `OptionError` for anything else."""
    if not isinstance(value, str):
        raise OptionError(f"{name} is no text; give one in quotation marks.")
    return value


_READERS: dict[str, Callable[[str, object], Any]] = {
    "boolean": truth,
    "integer": whole,
    "number": number,
    "string": short_text,
}


@dataclass(frozen=True)
class Argument:
    """One argument: its name, its type in JSON Schema, and what it is for.

    It is one of `choices`, where there are any; `read` takes it in another way than its type does.
    """

    name: str
    type: str
    about: str
    choices: tuple[str, ...] = ()
    read: Callable[[str, object], Any] | None = None

    def schema(self) -> dict[str, Any]:
        """The argument in JSON Schema."""
        facts: dict[str, Any] = {"type": self.type, "description": self.about}
        return facts | {"enum": list(self.choices)} if self.choices else facts

    def value(self, given: object) -> Any:
        """What was sent, checked. Raises `OptionError`."""
        value = (self.read or _READERS[self.type])(self.name, given)
        if self.choices and value not in self.choices:
            raise OptionError(f"{self.name} is '{value[:40]}'; choose one of {', '.join(self.choices)}.")
        return value


def schema_of(arguments: Sequence[Argument]) -> dict[str, Any]:
    """The JSON Schema of an object with these arguments; none is required."""
    properties = {argument.name: argument.schema() for argument in arguments}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def read_arguments(tool: str, arguments: Sequence[Argument], given: Mapping[str, object]) -> dict[str, Any]:
    """The values by name; what is left out or null is not among them. Raises `OptionError`."""
    known = {argument.name: argument for argument in arguments}
    if unknown := [name for name in given if name not in known]:
        raise OptionError(f"{tool} has no '{unknown[0][:40]}'; it takes {', '.join(known)}.")
    return {name: known[name].value(value) for name, value in given.items() if value is not None}
