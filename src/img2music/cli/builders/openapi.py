"""`openapi` on the command line. Gradio is imported when the command runs."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from img2music.cli.common.parameters import ForceOption, ModelsOption

openapi_app = typer.Typer()


@openapi_app.command("openapi")
def openapi(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write to instead of standard output.")
    ] = None,
    force: ForceOption = False,
    models: ModelsOption = None,
) -> None:
    """Describe the HTTP interface of the page by OpenAPI, as JSON."""
    from img2music.app.server.environment import own_folders, without_proxies
    from img2music.system.extras import needs
    from img2music.system.files import atomic_write
    from img2music.version import __version__

    with TemporaryDirectory() as folder, own_folders(Path(folder)) as files:
        with needs("app"), without_proxies():
            from img2music.app.page.api import api_defaults
            from img2music.app.studio import Studio
        from img2music.app.page.description import describe

        told = describe(api_defaults(Studio(models, files)), __version__)
    text = json.dumps(told, indent=2) + "\n"
    if output is None:
        typer.echo(text, nl=False)
        return
    with atomic_write(output, force) as temporary:
        temporary.write_text(text, encoding="utf-8")
