"""The server: tools over standard input and output, or over HTTP to programs on this machine alone."""

from __future__ import annotations

import json
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import anyio
import anyio.to_thread
from mcp.server.lowlevel.server import Server
from mcp.server.stdio import stdio_server
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    ResourceLink,
    TextContent,
    Tool,
    ToolAnnotations,
)

from img2music.app.server.bound_socket import BoundSocket
from img2music.app.server.web_server import WebServer
from img2music.errors import Img2MusicError, OptionError, OutputError
from img2music.mcp.pictures import LARGEST_BASE64
from img2music.mcp.tools import Result, Tools
from img2music.system.files import reason
from img2music.system.memory import lacks_memory
from img2music.version import __version__

HOST = "127.0.0.1"
"""The only address that is served over HTTP: nobody is asked who they are."""
PATH = "mcp"
_ABOUT = "Makes music from pictures, offline. Files are written into the folder that the user chose."
_AROUND = 2**16  # bytes of a request around the picture
_PATIENCE = 2.0  # s for the call in progress when the server ends


def make_server(tools: Tools) -> Server[Any]:
    """A server of the tools, for any transport."""

    async def list_tools(_: object, params: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=[_described(tools, name) for name in tools.all])

    async def call_tool(_: object, params: CallToolRequestParams) -> CallToolResult:
        return await anyio.to_thread.run_sync(_answer, tools, params.name, params.arguments or {})

    return Server(
        "img2music",
        title="Img2Music",
        version=__version__,
        instructions=_ABOUT,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def serve_standard(tools: Tools) -> None:
    """Serve the program that started this one, over standard input and output, until it closes them.

    Raises `OptionError` when standard input is a terminal or none.
    """
    if sys.stdin is None or sys.stdin.closed or not sys.stdin.readable() or sys.stdin.isatty():
        raise OptionError("No agent is on standard input; let one start this program, or serve programs with --http.")

    async def serve() -> None:
        server = make_server(tools)
        async with stdio_server() as (coming, going):
            await server.run(coming, going, server.create_initialization_options())

    # a thread of its own: reading standard input cannot be interrupted, and signals shall end the program
    thread = threading.Thread(target=anyio.run, args=(serve,), daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(1.0)
    finally:
        tools.close(_PATIENCE)


@contextmanager
def served_here(tools: Tools, port: int | None) -> Iterator[str]:
    """Serve programs on this machine over HTTP during the block, whose value is the address.

    Requests of web pages are refused. Raises `OptionError` when the port is taken.
    """
    try:
        place = BoundSocket(HOST, port)
    except OptionError as problem:
        raise OptionError(f"Port {port} of {HOST} is taken; choose another --port.") from problem
    hosts = [f"{name}:{place.socket.getsockname()[1]}" for name in (HOST, "localhost")]
    app = make_server(tools).streamable_http_app(
        streamable_http_path=f"/{PATH}",
        max_request_body_size=LARGEST_BASE64 + _AROUND,
        transport_security=TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=[]),
    )
    with place:
        web_server = WebServer(app, place)
        web_server.start()
        try:
            yield f"{place.address}{PATH}"
        finally:
            web_server.stop()
            tools.close(_PATIENCE)


def _described(tools: Tools, name: str) -> Tool:
    tool = tools.all[name]
    hints = ToolAnnotations(
        read_only_hint=not tool.writes, destructive_hint=False, idempotent_hint=not tool.writes, open_world_hint=False
    )
    return Tool(name=name, description=tool.about, input_schema=tool.schema, annotations=hints)


def _answer(tools: Tools, name: str, given: dict[str, Any]) -> CallToolResult:
    """The result of a call; an error is one line of text."""
    try:
        return _told(tools.call(name, given))
    except Exception as problem:
        line = _line(problem)
        if line is None:
            traceback.print_exc(file=sys.stderr)
            line = f"{name} failed by an error of the program itself, which is on its standard error."
        return CallToolResult(content=[TextContent(text=line)], is_error=True)


def _line(problem: Exception) -> str | None:
    """What was wrong, in one line; None for an error of the program itself."""
    if isinstance(problem, Img2MusicError):
        return str(problem)
    if lacks_memory(problem):
        return "There is not enough memory; ask for less at once."
    return str(OutputError(f"Cannot write: {reason(problem)}.")) if isinstance(problem, OSError) else None


def _told(result: Result) -> CallToolResult:
    links = [
        ResourceLink(name=file.name, uri=file.as_uri(), mime_type=result.media_type(file)) for file in result.files
    ]
    told = TextContent(text=json.dumps(result.facts, ensure_ascii=False))
    return CallToolResult(content=[told, *links], structured_content=result.facts)
