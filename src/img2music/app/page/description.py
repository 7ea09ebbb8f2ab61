"""The page's HTTP interface for programs, as an OpenAPI description."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_API = "/gradio_api"
_LINE = "A line that says what was wrong."
_PICTURE = "An uploaded picture: its path, as the upload gave it."
_ABOUT = {
    "classify": "The likeliest genre of a picture, the probability of each genre, and the words on it.",
    "generate": "A snippet for a picture as a sound file, and how it came about.",
}
_GIVES = {
    "classify": "A list of one object: genre, probabilities and words, and looks_like for a genre that is not played.",
    "generate": "A list of two: the sound file with its path, and an object that says how it came about.",
}
_ARGUMENTS = {
    "alpha": "Strength, 0 to 10; the engine flow takes up to 1.",
    "seed": "Another seed makes other music for the same picture.",
    "seconds": "Length in s, 5 to 60.",
    "genre": "seen, each, or the name of a genre.",
    "loop": "Whole bars that repeat without a seam.",
    "format": "wav, flac, ogg or mp3, and mp4 where PyAV is installed.",
    "engine": "Empty for the one that suits, or flow, perturb or compose.",
    "bank": "Empty, or the name of a bank of the user's own.",
    "mono": "One channel instead of two.",
}
_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string"}


def describe(functions: Mapping[str, Mapping[str, Any]], version: str) -> dict[str, Any]:
    """An OpenAPI 3.1 description of the addresses that programs use.

    `functions` has for each the arguments with their default values, None for a picture; `version` is the program's.
    """
    paths: dict[str, Any] = {f"{_API}/upload": {"post": _upload()}}
    for name, arguments in functions.items():
        paths[f"{_API}/call/v2/{name}"] = {"post": _call(name, arguments)}
        paths[f"{_API}/call/{name}/{{event_id}}"] = {"get": _events(name)}
    paths[f"{_API}/file={{path}}"] = {"get": _file()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Img2Music",
            "version": version,
            "license": {"name": "MIT", "identifier": "MIT"},
            "description": "Upload a picture, call a function, read its events, and fetch the file that they name.",
        },
        "servers": [{"url": "http://127.0.0.1:7860"}],
        "paths": paths,
        "components": {"schemas": {"Picture": _picture()}},
    }


def _upload() -> dict[str, Any]:
    files = {"type": "array", "maxItems": 4, "items": {"type": "string", "contentMediaType": "image/*"}}
    form = {"type": "object", "required": ["files"], "properties": {"files": files}}
    return {
        "operationId": "upload",
        "summary": "Upload pictures, at most four in 20 MB.",
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": form}}},
        "responses": {
            "200": _json("Their paths.", {"type": "array", "items": {"type": "string"}}),
            **_lines("400", "403", "408", "413", "503", "507"),
        },
    }


def _call(name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    properties = {argument: _argument(argument, value) for argument, value in arguments.items()}
    body = {
        "type": "object",
        "required": [argument for argument, value in arguments.items() if value is None],
        "properties": properties,
        "additionalProperties": False,
    }
    event = {"type": "object", "required": ["event_id"], "properties": {"event_id": {"type": "string"}}}
    return {
        "operationId": name,
        "summary": _ABOUT[name],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {"200": _json("The call has begun.", event), **_lines("400", "403", "408", "413")},
    }


def _events(name: str) -> dict[str, Any]:
    stream = {"text/event-stream": {"schema": {"type": "string"}}}
    return {
        "operationId": f"{name}_events",
        "summary": f"Events as they come; the last is `complete` or `error`. {_GIVES[name]}",
        "parameters": [_in_path("event_id", "As the call gave it.")],
        "responses": {"200": {"description": "The events.", "content": stream}},
    }


def _file() -> dict[str, Any]:
    sound: dict[str, dict[str, Any]] = {"audio/*": {}, "video/mp4": {}}
    return {
        "operationId": "file",
        "summary": "A file of the page, such as the sound that an event names.",
        "parameters": [_in_path("path", "Its path, as the event gave it, with its slashes as they are.")],
        "responses": {"200": {"description": "The file.", "content": sound}, **_lines("403", "404")},
    }


def _picture() -> dict[str, Any]:
    kind = {"type": "object", "properties": {"_type": {"const": "gradio.FileData"}}, "required": ["_type"]}
    return {
        "type": "object",
        "description": _PICTURE,
        "required": ["path", "meta"],
        "properties": {"path": {"type": "string"}, "meta": kind},
    }


def _argument(name: str, default: object) -> dict[str, Any]:
    if default is None:
        return {"$ref": "#/components/schemas/Picture"}
    return {"type": _TYPES[type(default)], "default": default, "description": _ARGUMENTS[name]}


def _in_path(name: str, about: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "description": about, "schema": {"type": "string"}}


def _json(about: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"description": about, "content": {"application/json": {"schema": schema}}}


def _lines(*statuses: str) -> dict[str, Any]:
    text = {"text/plain": {"schema": {"type": "string"}}}
    return {status: {"description": _LINE, "content": text} for status in statuses}
