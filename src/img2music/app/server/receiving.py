"""Receiving uploads: limited in size while they arrive, complete or not at all, and never by URL or path."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from img2music.app.uploads import LARGEST_UPLOAD, Uploads
from img2music.system.files import reason

UPLOAD = "/gradio_api/upload"
PROGRESS = "/gradio_api/upload_progress"
MOST_FILES = 4
"""Most pictures in one upload."""
MOST_COMING = 10 * LARGEST_UPLOAD
"""Most bytes of all uploads in progress."""
PATIENCE = 30.0
"""How long an upload may pause, s."""
_NO_MORE = 'data: {"msg": "done"}\n\n'
_AROUND = 2**16  # bytes allowed for the form around the pictures


class _RefusedError(Exception):
    """An upload that is refused: the status, and why in a line."""

    def __init__(self, status: int, line: str) -> None:
        super().__init__(line)
        self.status = status


_TOO_LARGE = (413, f"The upload is above {LARGEST_UPLOAD // 10**6} MB; save the picture smaller.")


class _InMemory(MultiPartParser):
    """Reads a form into memory, so that an aborted upload leaves nothing on the disk."""

    spool_max_size = LARGEST_UPLOAD + 1


class Receiver:
    """Receives pictures for `uploads` from forms."""

    def __init__(self, uploads: Uploads, patience: float = PATIENCE, coming: int = MOST_COMING) -> None:
        self._uploads, self._patience, self._room = uploads, patience, coming

    def route(self) -> Route:
        """The route for uploads of Gradio's page and clients, in place of Gradio's own."""
        return Route(UPLOAD, self._answer, methods=["POST"])

    def progress_route(self) -> Route:
        """The route at which Gradio's page asks how far an upload is; it is told at once that there is no more to
        tell."""
        return Route(PROGRESS, lambda request: Response(_NO_MORE, media_type="text/event-stream"))

    async def _answer(self, request: Request) -> Response:
        """The paths of the pictures as a JSON list, or a line that says what is wrong."""
        try:
            return JSONResponse(await self._receive(request))
        except _RefusedError as refusal:
            return PlainTextResponse(f"{refusal}\n", refusal.status)
        except (MultiPartException, FormParserError) as problem:
            return PlainTextResponse(f"The upload cannot be read: {problem}\n", 400)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody receives it
        except OSError as problem:
            return PlainTextResponse(f"The picture cannot be kept: {reason(problem)}.\n", 507)

    async def _receive(self, request: Request) -> list[str]:
        kind, options = parse_options_header(request.headers.get("content-type", ""))
        if kind != b"multipart/form-data" or b"boundary" not in options:
            raise _RefusedError(400, "An upload is a form (multipart/form-data) with the pictures as 'files'.")
        async with aclosing(self._counted(request)) as stream:
            form = await _InMemory(request.headers, stream, max_files=MOST_FILES, max_fields=MOST_FILES).parse()
            files = [file for file in form.getlist("files") if isinstance(file, UploadFile)]
            if not files:
                raise _RefusedError(400, "There is no picture in the upload; give it as 'files'.")
            return [await self._keep(file) for file in files]

    async def _keep(self, file: UploadFile) -> str:
        return str(await run_in_threadpool(self._uploads.keep, file.filename or "picture", await file.read()))

    async def _counted(self, request: Request) -> AsyncGenerator[bytes, None]:
        """The body as it arrives. Raises `_RefusedError` when it is too large, pauses for too long, or when all
        uploads in progress together are too large; the declared size is not relied upon.
        """
        most = LARGEST_UPLOAD + _AROUND
        if int(request.headers.get("content-length", "0") or 0) > most:
            raise _RefusedError(*_TOO_LARGE)
        counted = 0
        stream = request.stream()
        try:
            while True:
                try:
                    part = await asyncio.wait_for(anext(stream), self._patience)
                except StopAsyncIteration:
                    return
                except TimeoutError as problem:
                    raise _RefusedError(408, "The upload has stopped; try again.") from problem
                counted += len(part)
                self._room -= len(part)
                if counted > most:
                    raise _RefusedError(*_TOO_LARGE)
                if self._room < 0:
                    raise _RefusedError(503, "Too many uploads at once; try again in a moment.")
                yield part
        finally:
            self._room += counted
