"""How a snippet came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from img2music.generation.credit import Credit

if TYPE_CHECKING:
    from img2music.composition.brief import Brief


@dataclass(frozen=True)
class OwnBankFile:
    """The user's own bank that a snippet was made from: its name, and the SHA-256 of its file for the genre."""

    name: str
    sha256: str


@dataclass(frozen=True)
class ScoreSource:
    """The MIDI file that a snippet was made from: its name and SHA-256."""

    name: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """How a snippet came about, and with the picture all that it takes to make it again.

    `saw` describes the picture, `asked` the mood that it asks for and `played` the mood of the first known embedding,
    each in words; `looks_like` is the picture's genre where that is none that is played; `sentence` says in plain
    English what was seen and what it did, and `content` is what was seen or read. `embeddings` credits the known
    embeddings in the order in which they are heard, or whose sound they lend. `mono` says that one channel was asked
    for where the models have two. A composed snippet has the `brief` of its score, one of somebody else's score its
    `score`. `img2music` and `models` are versions. A reconstruction has the name of its recording as
    `reconstruction_of` and no `engine`. A recording that was only loaded has nothing of all this.
    """

    seed: int = 0
    alpha: float = 0.0
    engine: str = ""
    blend: bool = False
    loop: bool = False
    choose: str = ""
    mono: bool = False
    saw: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    played: tuple[str, ...] = ()
    looks_like: str = ""
    sentence: str = ""
    content: tuple[Mapping[str, object], ...] = ()
    embeddings: tuple[Credit, ...] = ()
    bank: OwnBankFile | None = None
    brief: Brief | None = None
    score: ScoreSource | None = None
    img2music: str = ""
    models: str = ""
    reconstruction_of: str = ""

    @property
    def bank_sha256(self) -> str | None:
        """The SHA-256 of the user's own bank, None if the embeddings are the models'."""
        return None if self.bank is None else self.bank.sha256

    def as_dict(self) -> dict[str, object]:
        """What applies to this snippet, by name, for JSON."""
        facts: dict[str, object] = asdict(self)
        if self.reconstruction_of:
            return {name: facts[name] for name in ("reconstruction_of", "img2music", "models")}
        facts["brief"] = None if self.brief is None else self.brief.as_dict()
        optional = (name for name in ("bank", "brief", "score", "mono", "looks_like") if not facts[name])
        unused = {"reconstruction_of", *optional}
        return {name: value for name, value in facts.items() if name not in unused}
