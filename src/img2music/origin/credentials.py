"""C2PA Content Credentials inside a file: signing by a key of the user's, and reading them.

Source: C2PA Technical Specification 2.2, Coalition for Content Provenance and Authenticity, 2025.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from img2music.errors import AudioError, OptionError, SidecarError
from img2music.output.formats import MEDIA_TYPES
from img2music.output.sidecar import LARGEST as LARGEST_SIDECAR
from img2music.output.sidecar import Sidecar
from img2music.system.extras import needs
from img2music.system.files import read_regular
from img2music.version import __version__

if TYPE_CHECKING:
    import c2pa

FORMATS = ("wav", "flac", "mp3", "mp4")
"""Formats that can hold Content Credentials; Ogg cannot."""
LABEL = "org.img2music.sidecar"
"""The assertion that holds the sidecar."""
GENERATED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
"""IPTC's digital source type of what a trained model made."""
_LARGEST_KEY = 2**16  # bytes
_ALGORITHMS = ("ES256", "PS256", "ED25519", "ES384", "ES512")
_EMPTY = b"RIFF\x26\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x22\x56\0\0\x44\xac\0\0\2\0\x10\0data\2\0\0\0\0\0"
# nothing is fetched, whatever a file asks for
_OFFLINE = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}
_UNTRUSTED = "signingCredential.untrusted"
_ABSENT = ("ManifestNotFound", "Remote", "NotSupported")  # how errors begin where the file holds no credentials


@dataclass(frozen=True)
class Credentials:
    """The Content Credentials of a file: who signed, whether the signature and all hashes hold, what does not hold,
    the program that made the claim, its digital source type, and the sidecar inside, where it is a whole one."""

    signer: str
    valid: bool
    problems: tuple[str, ...]
    generator: str
    source_type: str
    sidecar: Sidecar | None

    @property
    def verdict(self) -> str:
        """Whether the file has changed since it was signed, in words."""
        if self.valid:
            return f"it is as {self.signer or 'somebody without a name'} signed it"
        return f"its Content Credentials do not hold: {', '.join(self.problems) or 'they are damaged'}"

    def as_dict(self) -> dict[str, Any]:
        """The same for JSON, without the sidecar."""
        facts = {"signer": self.signer, "valid": self.valid, "problems": list(self.problems)}
        return facts | {"generator": self.generator, "source_type": self.source_type}


class Signer:
    """Signs files of music with a private key and its certificate, both PEM; chains begin with the key's certificate.

    Raises `OptionError` when one cannot be read or they do not fit, and when the extra `c2pa` is not installed.
    """

    def __init__(self, key: Path, certificate: Path) -> None:
        with needs("c2pa"):
            import c2pa
        self._key, self._certificate = (read_regular(path, _LARGEST_KEY, OptionError) for path in (key, certificate))
        self._algorithm = next((name for name in _ALGORITHMS if self._works(c2pa, name)), "")
        if not self._algorithm:
            raise OptionError(
                f"{key} and {certificate} cannot sign; give a private key and its certificate for signing, both PEM."
            )

    def signed(self, data: bytes, format: str, sidecar: Sidecar) -> bytes:
        """A file of music with Content Credentials that hold `sidecar`. Raises `AudioError` when that fails."""
        import c2pa

        facts = sidecar.facts(sidecar.picture.parent)
        facts["picture"]["path"] = sidecar.picture.name
        facts.pop("music", None)  # the SHA-256 of what is signed would change with it
        title = f"{sidecar.picture.stem}.{format}"
        try:
            return self._with_manifest(self._algorithm, data, MEDIA_TYPES[format], _manifest(title, facts))
        except c2pa.C2paError as problem:
            raise AudioError(f"The {format} cannot be signed ({_first_line(problem)}); leave out --sign.") from problem

    def _works(self, package: Any, algorithm: str) -> bool:
        try:
            self._with_manifest(algorithm, _EMPTY, MEDIA_TYPES["wav"], _manifest("", {}))
        except package.C2paError:
            return False
        return True

    def _with_manifest(self, algorithm: str, data: bytes, media_type: str, manifest: Mapping[str, Any]) -> bytes:
        import c2pa

        info = c2pa.C2paSignerInfo(
            alg=c2pa.C2paSigningAlg[algorithm],
            sign_cert=self._certificate,
            private_key=self._key,
            ta_url=None,  # a time stamp would need a network
        )
        target = io.BytesIO()
        with (
            _offline() as context,
            c2pa.Signer.from_info(info) as signer,
            c2pa.Builder(json.dumps(manifest), context=context) as builder,
        ):
            builder.sign(signer, media_type, io.BytesIO(data), target)
        return target.getvalue()


def read_credentials(data: bytes, format: str) -> Credentials | None:
    """The Content Credentials of a file, None where there are none.

    Raises `OptionError` when there seem to be some and the extra `c2pa` is not installed.
    """
    if format not in FORMATS or b"c2pa" not in data:
        return None
    with needs("c2pa"):
        import c2pa
    try:
        with _offline() as context, c2pa.Reader(MEDIA_TYPES[format], io.BytesIO(data), context=context) as reader:
            told = json.loads(reader.json())
    except c2pa.C2paError as problem:
        line = _first_line(problem)
        return None if line.startswith(_ABSENT) else Credentials("", False, (line,), "", "", None)
    return _credentials(told)


def _manifest(title: str, sidecar: Mapping[str, Any]) -> dict[str, Any]:
    """What is claimed of a file: that this program made it, and how."""
    agent = {"name": "Img2Music", "version": __version__}
    action = {"action": "c2pa.created", "digitalSourceType": GENERATED, "softwareAgent": agent}
    assertions = [{"label": "c2pa.actions.v2", "data": {"actions": [action]}}, {"label": LABEL, "data": sidecar}]
    return {"claim_generator_info": [agent], "title": title, "assertions": assertions}


def _offline() -> c2pa.Context:
    import c2pa

    return c2pa.Context.from_dict(_OFFLINE)


def _credentials(told: Mapping[str, Any]) -> Credentials:
    """What the reader of C2PA tells, in the terms of this program."""
    manifest = told.get("manifests", {}).get(told.get("active_manifest"), {})
    codes = [status["code"] for status in told.get("validation_status", ()) if status["code"] != _UNTRUSTED]
    contents = {part["label"]: part.get("data", {}) for part in manifest.get("assertions", ())}
    actions = [action for label in contents for action in _actions(label, contents[label])]
    generators = [f"{one.get('name', '')} {one.get('version', '')}" for one in manifest.get("claim_generator_info", ())]
    signature = manifest.get("signature_info", {})
    return Credentials(
        signer=str(signature.get("common_name") or signature.get("issuer") or ""),
        valid=told.get("validation_state") in ("Valid", "Trusted"),
        problems=tuple(dict.fromkeys(codes)),
        generator=", ".join(generators).strip(),
        source_type=next((str(action["digitalSourceType"]) for action in actions if "digitalSourceType" in action), ""),
        sidecar=_sidecar(contents.get(LABEL)),
    )


def _actions(label: str, content: Any) -> list[dict[str, Any]]:
    if not label.startswith("c2pa.actions") or not isinstance(content, dict):
        return []
    return [action for action in content.get("actions", ()) if isinstance(action, dict)]


def _sidecar(facts: object) -> Sidecar | None:
    """The sidecar in credentials; it may come from anyone, so one that is damaged counts as none."""
    text = json.dumps(facts).encode("ascii")
    try:
        return Sidecar.parse(text, Path(f"{LABEL}.json")) if len(text) <= LARGEST_SIDECAR else None
    except SidecarError:
        return None


def _first_line(problem: Exception) -> str:
    return (str(problem).splitlines() or [type(problem).__name__])[0]
