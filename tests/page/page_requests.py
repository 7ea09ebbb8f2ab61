"""Plain HTTP to a running page, as programs and other pages may send it."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

JSON = {"Content-Type": "application/json"}
_BOUNDARY = "0123456789abcdef"


def send(
    address: str, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] = JSON
) -> tuple[int, bytes]:
    """Send a request to the server at an address: the status and the body of its answer."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    try:
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def form(*pictures: bytes, name: str = "cover.png") -> tuple[bytes, dict[str, str]]:
    """The body and the headers of an upload of files that are called `name`."""
    parts = [
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode()
        + picture
        + b"\r\n"
        for picture in pictures
    ]
    return b"".join(parts) + f"--{_BOUNDARY}--\r\n".encode(), {
        "Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"
    }


def upload(address: str, picture: bytes, name: str = "cover.png", headers: Mapping[str, str] | None = None) -> str:
    """The path that the page gives to a picture."""
    body, kind = form(picture, name=name)
    status, answer = send(address, "POST", "/gradio_api/upload", body, kind | dict(headers or {}))
    assert status == 200, answer
    (path,) = json.loads(answer)
    return path


def call(address: str, name: str, data: Any) -> str:
    """What comes of a call by name: the last event of its stream."""
    status, answer = send(address, "POST", f"/gradio_api/call/{name}", json.dumps({"data": data}).encode())
    assert status == 200, answer
    event = json.loads(answer)["event_id"]
    status, answer = send(address, "GET", f"/gradio_api/call/{name}/{event}")
    assert status == 200, answer
    return answer.decode()


def as_file(path: str | None, **more: Any) -> dict[str, Any]:
    """A file as Gradio's clients name it."""
    return {"path": path, "meta": {"_type": "gradio.FileData"}} | more
