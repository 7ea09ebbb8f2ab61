"""The errors a user can meet, each with a message of one clear line."""


def printable(text: str) -> str:
    """`text` with a question mark for each control character.

    File names come from outside: a newline or an escape sequence in one must not reach the terminal.
    """
    return "".join(c if c.isprintable() else "?" for c in text)


class Img2MusicError(Exception):
    """Base of every error Img2Music raises on purpose.

    `str(error)` is one printable line that says what was wrong and what to do about it.
    """

    def __init__(self, message: str) -> None:
        super().__init__(printable(message))


class PictureError(Img2MusicError):
    """The picture is missing, too large, damaged or of a kind that cannot be read."""


class AudioError(Img2MusicError):
    """The recording is missing, too long, too short, damaged or of a kind that cannot be used."""


class ModelError(Img2MusicError):
    """The model files are missing, damaged or do not fit together."""


class OptionError(Img2MusicError):
    """An option has a value that is not allowed."""


class OutputError(Img2MusicError):
    """The result cannot be written to the requested place."""


class SidecarError(Img2MusicError):
    """The sidecar is missing or damaged, or its picture or models have changed."""
