"""What is added to Gradio's page: the route of the sounds, a content security policy, and first scripts."""

from __future__ import annotations

import json
from importlib import resources

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from img2music.app.cards.links import SOUNDS
from img2music.app.shelf import Shelf
from img2music.errors import Img2MusicError
from img2music.output.formats import MEDIA_TYPES
from img2music.vision.picture import SUFFIXES

_SCRIPTS = ("calm", "pictures", "score", "stems", "dragging", "changes", "history")
_WRITERS = 4  # threads that write sound files
_OWN = "'self' data: blob:"
_POLICY = (
    f"default-src {_OWN}; script-src {_OWN} 'unsafe-inline' 'unsafe-eval'; style-src {_OWN} 'unsafe-inline'; "
    "frame-ancestors 'self'"
)


def sound_route(shelf: Shelf) -> Route:
    """The route `/sounds/KEY.FORMAT` of the snippets on a shelf, and `/sounds/KEY.STEM.wav` of their stems; range
    requests are supported."""

    writers: list[CapacityLimiter] = []  # is made when the server runs

    async def serve(request: Request) -> Response:
        key, _, format = request.path_params["name"].partition(".")
        writers[:] = writers or [CapacityLimiter(_WRITERS)]
        try:
            path, name = await run_sync(shelf.file, key, format, limiter=writers[0])
        except Img2MusicError as error:
            return PlainTextResponse(f"{error}\n", status_code=404)
        return FileResponse(
            path,
            media_type=MEDIA_TYPES[path.suffix.removeprefix(".")],
            filename=name,
            content_disposition_type="inline",
        )

    return Route(f"/{SOUNDS}/{{name}}", serve)


class OwnPlaceOnly:
    """Makes the browser load from this server only: Gradio's page refers to fonts and scripts of others.

    Pages of the origin `framed_by` may show this one in a frame, if it is not empty."""

    def __init__(self, app: ASGIApp, framed_by: str) -> None:
        self._app = app
        policy = f"{_POLICY} {framed_by}".rstrip().encode("ascii")
        self._headers = ((b"content-security-policy", policy), (b"x-content-type-options", b"nosniff"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, with the policy in the headers of each response."""

        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self._headers]
            await send(message)

        await self._app(scope, receive, send_with_policy)


class FirstScripts:
    """Inserts the page's own scripts before all others. (Gradio's own way to add to the head takes effect only after
    its scripts have run.)"""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        scripts = "".join(page_text(f"scripts/{name}.js") for name in _SCRIPTS)
        endings = json.dumps(sorted(SUFFIXES))
        self._script = f"<head><script>{scripts.replace('ENDINGS', endings)}</script>".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, the page with the scripts at the beginning of its head."""
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        starts: list[Message] = []
        body = bytearray()

        async def send_with_script(message: Message) -> None:
            if message["type"] == "http.response.start":
                starts.append(message)
                return
            body.extend(message.get("body", b""))
            if message.get("more_body"):
                return
            page = bytes(body).replace(b"<head>", self._script, 1)
            headers = [pair for pair in starts[0]["headers"] if pair[0].lower() != b"content-length"]
            length = (b"content-length", str(len(page)).encode("ascii"))
            await send({**starts[0], "headers": [*headers, length]})
            await send({"type": "http.response.body", "body": page})

        await self._app(scope, receive, send_with_script)


def first_scripts() -> Middleware:
    """The middleware of `FirstScripts`."""
    return Middleware(FirstScripts)


def page_text(name: str) -> str:
    """A text file that the page is made of."""
    return resources.files("img2music.app").joinpath(name).read_text(encoding="utf-8")


def own_place_only(framed_by: str) -> Middleware:
    """The middleware of `OwnPlaceOnly`."""
    return Middleware(OwnPlaceOnly, framed_by=framed_by)
