"""Making the same music again from its sidecar."""

from __future__ import annotations

from dataclasses import replace

from img2music.errors import OptionError, SidecarError
from img2music.output.sidecar import Sidecar
from img2music.output.snippet import Snippet
from img2music.pipeline import Img2Music
from img2music.vision.picture import PictureFile
from img2music.wishes import Change, with_change


def make_again(sidecar: Sidecar, img2music: Img2Music) -> tuple[Snippet, PictureFile]:
    """The same music as before, and its picture.

    Raises `SidecarError` when picture, models, MIDI file or the user's bank are no longer the same, `PictureError` when
    the picture cannot be read, and `OptionError` when an option is out of range, the MIDI file cannot be read or there
    is no such bank any more.
    """
    request, version = sidecar.request, img2music.models.version
    if version != sidecar.models:
        raise SidecarError(
            f"The music was made with models {sidecar.models}, these are {version} and sound different; give --models."
        )
    picture = PictureFile.read(sidecar.picture)
    if picture.sha256 != sidecar.sha256:
        raise SidecarError(f"{sidecar.picture} has changed since the music was made; bring the old picture back.")
    snippet = img2music.play(picture.image, request, request.genre)
    made = snippet.provenance
    if made.score is not None and made.score.sha256 != sidecar.score:
        raise SidecarError(f"{request.score} has changed since the music was made; bring the old score back.")
    if made.brief != sidecar.brief:
        raise SidecarError(
            "This version would compose another score for the picture; `img2music compose --brief` with the sidecar "
            "gives the old one."
        )
    if made.bank_sha256 != sidecar.bank:
        raise SidecarError(f"The bank '{request.bank}' has changed since the music was made from it.")
    if made.embeddings != sidecar.embeddings:
        raise SidecarError("These models know other music than those that made it; give --models.")
    return snippet, picture


def changed(sidecar: Sidecar, change: Change) -> Sidecar:
    """The sidecar of the same piece after one more change. Raises `OptionError` when it was not composed."""
    if sidecar.brief is None:
        raise OptionError("Only music of the engine compose can be changed, and only where the score is not a file.")
    wishes = sidecar.request.wishes
    return replace(
        sidecar,
        request=replace(sidecar.request, wishes=replace(wishes, changes=with_change(wishes.changes, change))),
        brief=replace(sidecar.brief, changes=with_change(sidecar.brief.changes, change)),
        music=None,
    )
