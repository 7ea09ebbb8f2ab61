"""The gate before Gradio's server, which has many more routes than the page needs."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from img2music.app.cards.links import SOUNDS
from img2music.app.server.addresses import Address, is_from_here, names_this_machine, page_addresses
from img2music.app.server.bodies import LARGEST_BODY, BadBodyError, Bodies
from img2music.app.server.receiving import PATIENCE, PROGRESS, UPLOAD

_API = "/gradio_api"
_FILE = f"{_API}/file="


class Gate:
    """Passes on what the page and its documented API need; everything else gets 404 or a similar status.

    `bodies` checks requests that start work, `files` is the folder whose files may be read, and with `only_here` the
    Host header must name this machine, which prevents DNS rebinding.
    """

    def __init__(self, app: ASGIApp, bodies: Bodies, files: Path, only_here: bool) -> None:
        self._app, self._bodies, self._files, self._only_here = app, bodies, f"{files}/", only_here
        names = "|".join(map(re.escape, bodies.names))
        self._call = re.compile(rf"{_API}/call/(v2/)?({names})")
        self._addresses = (
            *page_addresses(SOUNDS),
            Address.sending(UPLOAD),
            Address.reading(PROGRESS),
            Address.sending(f"{_API}/queue/join"),
            Address.sending(self._call.pattern),
            Address.reading(rf"{self._call.pattern}/\w+"),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on without the Origin header (CORS)."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["method"] == "POST":
            receive, send = _closing(receive, send)
        refusal = self._refusal(scope)
        if refusal is None and scope["method"] == "POST" and scope["path"] != UPLOAD:
            try:
                scope, receive = await self._with_clean_body(scope, receive)
            except _UnreadError as problem:
                refusal = PlainTextResponse(f"{problem}\n", problem.status)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        headers = [pair for pair in scope["headers"] if pair[0] != b"origin"]
        await self._app({**scope, "headers": headers}, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        """The response to a request that is not passed on, else None."""
        method, path, headers = scope["method"], scope["path"], Headers(scope=scope)
        if self._only_here and not names_this_machine(headers.get("host")):
            return PlainTextResponse("This page answers to the names of its own machine alone.\n", 400)
        methods = self._methods(path)
        if not methods:
            return PlainTextResponse("There is nothing at this address.\n", 404)
        if method not in methods:
            return PlainTextResponse("This address is not for that.\n", 405, {"Allow": ", ".join(sorted(methods))})
        if method == "POST" and not is_from_here(headers):
            return PlainTextResponse("Another page cannot use this one.\n", 403)
        return None

    def _methods(self, path: str) -> frozenset[str]:
        """The methods that are allowed for a path."""
        if path.startswith(_FILE + self._files) and not {"..", "."}.intersection(path.split("/")):
            return frozenset({"GET", "HEAD"})
        return frozenset().union(*(a.methods for a in self._addresses if a.path.fullmatch(path)))

    async def _with_clean_body(self, scope: Scope, receive: Receive) -> tuple[Scope, Receive]:
        """A call with its body rebuilt. Raises `_UnreadError`."""
        try:
            given = await asyncio.wait_for(_read(receive), PATIENCE)
            call = self._call.fullmatch(scope["path"])
            if call is None:
                body = self._bodies.of_queue(given)
            elif call[1]:
                body = self._bodies.of_named_call(call[2], given)
                scope = {**scope, "path": f"{_API}/call/{call[2]}"}
            else:
                body = self._bodies.of_call(call[2], given)
        except BadBodyError as problem:
            raise _UnreadError(400, str(problem)) from problem
        except TimeoutError as problem:
            raise _UnreadError(408, "The request has stopped; try again.") from problem
        replaced = (b"content-length", b"content-type", b"transfer-encoding")
        headers = [pair for pair in scope["headers"] if pair[0] not in replaced]
        kind = (b"content-type", b"application/json")
        length = (b"content-length", str(len(body)).encode("ascii"))
        coming: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive_clean() -> Message:
            return coming.pop() if coming else await receive()

        return {**scope, "headers": [*headers, kind, length]}, receive_clean


class _UnreadError(Exception):
    """A request that is refused because of its body: the status, and why in a line."""

    def __init__(self, status: int, line: str) -> None:
        super().__init__(line)
        self.status = status


async def _read(receive: Receive) -> bytes:
    """The body of a request. Raises `_UnreadError` when it is too large or breaks off."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _UnreadError(400, "The request breaks off.")
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            raise _UnreadError(413, f"The request is above {LARGEST_BODY // 1024} KiB.")
        if not message.get("more_body"):
            return bytes(body)


def _closing(receive: Receive, send: Send) -> tuple[Receive, Send]:
    """The same, but a response before the end of the request closes the connection; otherwise the server would go on
    reading a body that may never end."""
    read = False

    async def receive_noting() -> Message:
        nonlocal read
        message = await receive()
        read = not message.get("more_body")
        return message

    async def send_closing(message: Message) -> None:
        if message["type"] == "http.response.start" and not read:
            message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
        await send(message)

    return receive_noting, send_closing
