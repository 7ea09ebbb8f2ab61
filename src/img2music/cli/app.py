"""`app` on the command line. Gradio is imported when the command runs."""

from __future__ import annotations

from typing import Annotated

import typer

from img2music.cli.common.parameters import ModelsOption

page_app = typer.Typer()


@page_app.command("app")
def app(
    host: Annotated[
        str, typer.Option(help="Address to listen at; 0.0.0.0 makes the page reachable from other machines.")
    ] = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option(help="Port to listen at; by default the first free one from 7860.", min=1, max=65535)
    ] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")] = True,
    models: ModelsOption = None,
) -> None:
    """Open a web page to drop pictures on and listen to their music; it needs no network."""
    from img2music.app.server.environment import settle_environment
    from img2music.app.server.server import Server
    from img2music.app.server.signals import ended_by_signals

    settle_environment()
    with ended_by_signals(), Server(models, host, port, browser) as server:
        typer.echo(f"Img2Music is at {server.address}; stop it with Ctrl+C.")
        server.wait()
