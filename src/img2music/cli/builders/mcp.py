"""`mcp` on the command line. The package `mcp` is imported when the command runs."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from img2music.cli.common.parameters import ModelsOption
from img2music.errors import OptionError

mcp_app = typer.Typer()


@mcp_app.command("mcp")
def mcp(
    out: Annotated[Path, typer.Option(help="The only folder that is written into; made where it is missing.")],
    http: Annotated[
        bool, typer.Option("--http", help="Serve programs on this machine over HTTP instead of standard input.")
    ] = False,
    port: Annotated[
        int | None, typer.Option(help="Port for --http; by default the first free one from 7860.", min=1, max=65535)
    ] = None,
    models: ModelsOption = None,
) -> None:
    """Serve classify, compose and generate to agents by the Model Context Protocol; nothing leaves the machine."""
    if port is not None and not http:
        raise OptionError("--port is for --http; leave it out or give both.")
    from img2music.app.server.signals import ended_by_signals
    from img2music.system.extras import needs

    with needs("mcp"):
        import_module("mcp")  # first, or what it needs itself is named as missing
        from img2music.mcp.server import serve_standard, served_here
    from img2music.mcp.folder import OutFolder
    from img2music.mcp.tools import Tools

    tools = Tools(OutFolder(out), models)
    with ended_by_signals():
        if not http:
            serve_standard(tools)
            return
        import threading

        with served_here(tools, port) as address:
            typer.echo(f"The tools are at {address}; stop with Ctrl+C.")
            threading.Event().wait()
