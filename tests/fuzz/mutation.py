"""Seeded mutations of bytes and of parsed text."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

INTERESTING = (0, 1, -1, 2, 127, 128, 255, 256, 32767, 65535, 2**31 - 1, -(2**31), 2**32 - 1, 2**63 - 1, -(2**63))
VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    2**31,
    2**63,
    -(2**63) - 1,
    10**400,
    0.5,
    -1e-320,
    1e308,
    -1e308,
    float("nan"),
    float("inf"),
    float("-inf"),
    "",
    "0",
    "nan",
    "../../etc/passwd",
    "/dev/zero",
    "a\0b",
    "\ud800",
    "\x1b[2J\n",
    "x" * 10_000,
    [],
    {},
    [[[[]]]],
    {"a": {"b": []}},
    list(range(1000)),
)


def mutate(data: bytes, random: Random, most: int = 8) -> bytes:
    """`data` after 1 to `most` random mutations."""
    mutated = bytearray(data)
    for _ in range(random.randint(1, most)):
        random.choice(_MUTATIONS)(mutated, random)
    return bytes(mutated)


def mutate_value(value: Any, random: Random) -> Any:
    """Parsed JSON or YAML with one place in it changed, left out, doubled, or put in another's place."""
    if isinstance(value, dict) and value and random.random() < 0.85:
        key = random.choice(list(value))
        kind = random.random()
        if kind < 0.1:
            return {name: other for name, other in value.items() if name != key}
        if kind < 0.2:
            return value | {random.choice((key + "_", "", "\ud800", "__class__")): value[key]}
        return value | {key: mutate_value(value[key], random)}
    if isinstance(value, list) and value and random.random() < 0.85:
        place = random.randrange(len(value))
        kind = random.random()
        if kind < 0.1:
            return value[:place] + value[place + 1 :]
        if kind < 0.2:
            return value[: place + 1] * 2
        return [*value[:place], mutate_value(value[place], random), *value[place + 1 :]]
    if isinstance(value, (int, float)) and random.random() < 0.3:
        return value * random.choice((-1, 0, 2) if isinstance(value, int) else (-1, 0, 1e-30, 2, 1e30))
    return random.choice(VALUES)


def mend_png(data: bytes) -> bytes:
    """A PNG whose chunks have fitting checksums, as far as it has chunks, so that what is in them is looked at."""
    mended, place = bytearray(data), 8
    while place + 12 <= len(mended):
        end = place + 8 + int.from_bytes(mended[place : place + 4], "big")
        if end + 4 > len(mended):
            break
        mended[end : end + 4] = zlib.crc32(mended[place + 4 : end]).to_bytes(4, "big")
        place = end + 4
    return bytes(mended)


def _place(data: Sequence[int], random: Random) -> int:
    """Anywhere, but more often near the beginning, where headers are."""
    reach = len(data) if random.random() < 0.5 else min(len(data), 128)
    return random.randrange(reach + 1)


def _flip(data: bytearray, random: Random) -> None:
    place = _place(data, random)
    if place < len(data):
        data[place] ^= 1 << random.randrange(8)


def _replace(data: bytearray, random: Random) -> None:
    place = _place(data, random)
    data[place : place + 1] = bytes([random.randrange(256)])


def _number(data: bytearray, random: Random) -> None:
    size, order = random.choice((1, 2, 4, 8)), random.choice(("little", "big"))
    place = _place(data, random)
    data[place : place + size] = (random.choice(INTERESTING) % 256**size).to_bytes(size, order)


def _insert(data: bytearray, random: Random) -> None:
    place = _place(data, random)
    data[place:place] = random.randbytes(random.choice((1, 2, 4, 16, 300)))


def _delete(data: bytearray, random: Random) -> None:
    place = _place(data, random)
    del data[place : place + random.choice((1, 2, 4, 16, 300))]


def _double(data: bytearray, random: Random) -> None:
    place = _place(data, random)
    data[place:place] = data[place : place + random.choice((1, 4, 16, 300))] * random.choice((1, 2, 20))


def _move(data: bytearray, random: Random) -> None:
    source, target, size = _place(data, random), _place(data, random), random.choice((4, 16, 64))
    data[target : target + size] = data[source : source + size]


def _truncate(data: bytearray, random: Random) -> None:
    if random.random() < 0.3:
        del data[random.randrange(len(data) + 1) :]


_MUTATIONS: tuple[Callable[[bytearray, Random], None], ...] = (
    _flip,
    _replace,
    _number,
    _insert,
    _delete,
    _double,
    _move,
    _truncate,
)
