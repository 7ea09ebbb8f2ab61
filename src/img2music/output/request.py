"""What a user requests for one picture: options of the music, and the format of its file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from img2music.options import Options
from img2music.output.formats import SOUNDS, VIDEO

if TYPE_CHECKING:
    from img2music.output.snippet import Snippet
    from img2music.output.tags import Tags
    from img2music.vision.picture import PictureFile


@dataclass(frozen=True)
class Request(Options):
    """The options of one file of music; without a `genre` it is the picture's likeliest."""

    genre: str | None = None
    format: str = SOUNDS[0]
    tags: bool = False

    def encoded(self, snippet: Snippet, picture: PictureFile) -> bytes:
        """The bytes of the file for a snippet made from `picture`.

        Raises `OptionError` when the extra `export` is needed but not installed, and `AudioError` when the music cannot
        be encoded.
        """
        tags = self._tags(snippet, picture)
        if self.format != VIDEO:
            return snippet.encoded(self.format, tags)
        from img2music.output.video import encode_video

        return encode_video(snippet, picture.image, tags)

    def _tags(self, snippet: Snippet, picture: PictureFile) -> Tags | None:
        if not self.tags:
            return None
        from img2music.output.tags import Tags

        return Tags.of(snippet, picture.path, picture.image)
