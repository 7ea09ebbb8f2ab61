"""Content Credentials are signed by a key of the user's and read back. The keys are made on the spot."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
import soundfile

from conftest import Run
from img2music.origin.credentials import GENERATED
from keys import write_keys

pytest.importorskip("c2pa", reason="the extra c2pa is not installed")
pytest.importorskip("cryptography", reason="cryptography, which makes keys, is not installed")
OPTIONS = ("--seconds", 1.5, "--seed", 3)
SIGN = ("--sign", "key.pem", "cert.pem")


@pytest.fixture(autouse=True)
def keys(tmp_path: Path) -> None:
    """A key and its certificate in the test's folder."""
    write_keys(tmp_path)


@pytest.mark.parametrize("format", ["wav", "flac", "mp3", "mp4"])
def test_signed_files_tell_by_themselves_how_they_were_made(run: Run, cover: Path, format: str) -> None:
    if format == "mp4":
        pytest.importorskip("av", reason="the extra export is not installed")
    assert run("generate", cover, *OPTIONS, *SIGN, "--format", format)[0] == 0
    status, out, err = run("verify", f"cover.{format}", "--picture", cover, models=None)
    assert (status, err) == (0, "")
    assert "signed by A Listener" in out
    assert "classical, seed 3, flow, alpha 0.7, 1.5 s" in out
    assert "yes: it is as A Listener signed it" in out
    if format != "mp4":
        assert soundfile.info(f"cover.{format}").duration == pytest.approx(1.5, abs=0.1)


def test_a_change_of_the_sound_breaks_the_credentials(run: Run, cover: Path) -> None:
    run("generate", cover, *OPTIONS, *SIGN)
    data = bytearray(Path("cover.wav").read_bytes())
    data[2000] ^= 1
    Path("cover.wav").write_bytes(data)
    status, _, err = run("verify", "cover.wav", models=None)
    assert status == 1
    assert "its Content Credentials do not hold: assertion.dataHash.mismatch" in err and err.count("\n") == 1


def test_the_place_of_the_picture_is_not_in_the_credentials(run: Run, cover: Path) -> None:
    run("generate", cover, *OPTIONS, *SIGN)
    facts = json.loads(run("verify", "cover.wav", "--json", models=None)[1])
    assert facts["credentials"]["source_type"].endswith("/trainedAlgorithmicMedia")
    assert str(cover.parent).encode() not in Path("cover.wav").read_bytes()
    assert facts["sidecar"]["picture"]["path"] == "cover.png"


def test_sidecar_and_credentials_go_together(run: Run, cover: Path) -> None:
    run("generate", cover, *OPTIONS, *SIGN, "--sidecar")
    status, out, _ = run("verify", "cover.wav", models=None)
    assert (status, out.count("  yes: ")) == (0, 2)
    assert run("again", "cover.json", "-o", "again.wav")[::2] == (0, "")


def test_damaged_credentials_do_no_harm(run: Run, cover: Path) -> None:
    run("generate", cover, *OPTIONS, *SIGN)
    data = Path("cover.wav").read_bytes()
    at = data.rindex(b"c2pa.claim")
    for place in range(at - 200, at + 400, 40):
        Path("cover.wav").write_bytes(data[:place] + b"\xff\0\xff" + data[place + 3 :])
        status, _, err = run("verify", "cover.wav", models=None)
        assert status in (0, 1, 2)
        assert "Traceback" not in err


def test_credentials_elsewhere_are_not_fetched(run: Run, cover: Path) -> None:
    import c2pa

    run("generate", cover, *OPTIONS)
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.setblocking(False)
        action = {"action": "c2pa.created", "digitalSourceType": GENERATED}
        assertion = {"label": "c2pa.actions.v2", "data": {"actions": [action]}}
        builder = c2pa.Builder(json.dumps({"assertions": [assertion]}))
        builder.set_no_embed()
        builder.set_remote_url(f"http://127.0.0.1:{server.getsockname()[1]}/cover.c2pa")
        key, certificate = Path("key.pem").read_bytes(), Path("cert.pem").read_bytes()
        info = c2pa.C2paSignerInfo(c2pa.C2paSigningAlg.ES256, certificate, key, None)
        with Path("cover.wav").open("rb") as source, Path("elsewhere.wav").open("w+b") as target:
            builder.sign(c2pa.Signer.from_info(info), "audio/wav", source, target)
        status, _, err = run("verify", "elsewhere.wav", models=None)
        assert (status, "it cannot be told whether it was changed" in err) == (2, True)
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--sign", "missing.pem", "cert.pem"], "Cannot read missing.pem"),
        (["--sign", "cert.pem", "key.pem"], "cert.pem and key.pem cannot sign"),
        (["--sign", "cover.png", "cert.pem"], "cannot sign"),
        ([*SIGN, "--format", "ogg"], "There is no place for Content Credentials in ogg"),
    ],
    ids=["missing", "exchanged", "no key", "ogg"],
)
def test_a_mistake_is_one_line(run: Run, cover: Path, options: list[str], words: str) -> None:
    status, out, err = run("generate", cover, *OPTIONS, *options)
    assert (status, out) == (2, "")
    assert err.startswith("img2music: ") and words in err and err.count("\n") == 1
    assert not cover.with_suffix(".wav").exists()
