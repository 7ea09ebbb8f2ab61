"""The user's banks on disk: `banks/NAME/GENRE.safetensors` in the user's data folder, with decoders beside them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from img2music.banks.own_bank import OwnBank, encoders_of
from img2music.banks.own_decoder import decoder_path, load_decoder, remove_decoders, write_decoder
from img2music.errors import ModelError, OptionError, OutputError
from img2music.generation.bank import Bank
from img2music.models.folder import LARGEST, Models, Network
from img2music.system.files import atomic_write, read_regular, reason, regular_file_size
from img2music.system.lock import only_one
from img2music.system.names import RULE, is_plain
from img2music.system.paths import data_folder

_SUFFIX = ".safetensors"


@dataclass(frozen=True, eq=False)
class PlayableBank:
    """A bank in the form that models play. One of the user's own has the SHA-256 of its file, which covers its decoder,
    and the `decoder` that learnt its sound, if one did."""

    bank: Bank
    sha256: str | None = None
    decoder: Network | None = None


class BankStore:
    """All banks of the user, by default those in the user's data folder. Every call looks at the disk anew."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or data_folder() / "banks"

    def names(self) -> tuple[str, ...]:
        """The names of the banks. Raises `OptionError` when the folder cannot be listed."""
        return tuple(name for name in _listed(self.folder, "") if self._genres(name))

    def genres(self, name: str) -> tuple[str, ...]:
        """The genres that a bank has music of. Raises `OptionError` when there is no such bank."""
        found = self._genres(check_name(name))
        if not found:
            there = ", ".join(self.names())
            more = f"choose one of {there}" if there else "make one with `img2music bank add`"
            raise OptionError(f"There is no bank '{name}'; {more}.")
        return found

    def path(self, name: str, genre: str) -> Path:
        """The file of a bank's music of a genre."""
        return self.folder / name / f"{genre}{_SUFFIX}"

    def read(self, name: str, genre: str) -> tuple[OwnBank, str]:
        """A bank's music of a genre, and the SHA-256 of its file.

        Raises `OptionError` when there is none and `ModelError` when the file is damaged.
        """
        genres = self.genres(name)
        if genre not in genres:
            raise OptionError(f"The bank '{name}' has no {genre}; choose one of {', '.join(genres)} or add some to it.")
        return _read(self.path(name, genre))

    def play(self, name: str, genre: str, models: Models) -> PlayableBank:
        """A bank's music of a genre in the form that `models` play.

        Raises as `read` does, and `ModelError` when the encoder of other models made it, or its decoder is missing or
        damaged.
        """
        own, sha256 = self.read(name, genre)
        if own.encoder not in encoders_of(models, genre):
            raise misfit(name, genre)
        learnt = own.decoder
        decoder = None if learnt is None else load_decoder(decoder_path(self.path(name, genre), learnt), learnt)
        return PlayableBank(own.bank, sha256, decoder)

    def change(
        self,
        name: str,
        genre: str,
        change: Callable[[OwnBank | None], OwnBank | None],
        decoder: bytes | None = None,
    ) -> OwnBank | None:
        """Replace a bank's music of a genre by what `change` makes of it, and return that; None stands for no music.
        With `decoder`, the bytes of an ONNX file, that decodes it from now on.

        Other processes that change a bank wait in the meantime, so no change is lost. Raises `OutputError` when the
        folder cannot be written, and what `change` raises; then nothing is changed.
        """
        path = self.path(check_name(name), genre)
        with self._alone():
            new = change(_read(path)[0] if os.path.lexists(path) else None)
            if new is None or not new.known:
                self._remove(path)
                return None
            path.parent.mkdir(parents=True, exist_ok=True)
            if decoder is not None:
                new = replace(new, decoder=write_decoder(path, decoder))
            data = new.to_bytes()
            with atomic_write(path, force=True, through_link=False) as temporary:
                temporary.write_bytes(data)
            remove_decoders(path, but=new.decoder)
            return new

    def remove(self, name: str, genre: str) -> None:
        """Remove a bank's music of a genre, damaged or not. Raises `OutputError` when that cannot be done."""
        with self._alone():
            self._remove(self.path(check_name(name), genre))

    def others(self, name: str) -> tuple[str, ...]:
        """Other files in the folder of a bank without music, because of which the folder was kept."""
        if self._genres(check_name(name)):
            return ()
        try:
            return tuple(sorted(entry.name for entry in (self.folder / name).iterdir()))
        except OSError:
            return ()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the lock of the banks in the block. Raises `OutputError` for every `OSError` inside."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with only_one(self.folder / ".lock"):
                yield
        except OSError as problem:
            raise OutputError(f"Cannot write into {self.folder}: {reason(problem)}.") from problem

    def _remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        remove_decoders(path)
        if not path.parent.is_dir() or self._genres(path.parent.name):
            return
        for left in path.parent.glob(f".img2music-*{_SUFFIX}"):  # of a process that was killed
            if left.is_file() and not left.is_symlink():
                left.unlink(missing_ok=True)
        if not any(path.parent.iterdir()) and not path.parent.is_symlink():
            path.parent.rmdir()

    def _genres(self, name: str) -> tuple[str, ...]:
        return _listed(self.folder / name, _SUFFIX)


def misfit(name: str, genre: str) -> ModelError:
    """The error to raise for a bank's music of a genre that was made with other models."""
    remedy = f"remove it with `img2music bank remove {name} --genre {genre}` and add its music again"
    return ModelError(f"The {genre} of the bank '{name}' was made with other models; {remedy}.")


def check_name(name: str) -> str:
    """The name of a bank. Raises `OptionError` when it cannot be one."""
    if not is_plain(name):
        raise OptionError(f"A bank cannot be called '{name}'; {RULE}.")
    return name


def _listed(folder: Path, suffix: str) -> tuple[str, ...]:
    """The plain names of a folder's entries with that suffix, without it."""
    try:
        names = [entry.name for entry in folder.iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as problem:
        raise OptionError(f"Cannot list the folder {folder}: {reason(problem)}.") from problem
    plain = (name.removesuffix(suffix) for name in names if name.endswith(suffix))
    return tuple(sorted(name for name in plain if is_plain(name)))


def _read(path: Path) -> tuple[OwnBank, str]:
    if regular_file_size(path, ModelError) > LARGEST:
        raise ModelError(f"{path} is larger than {LARGEST >> 20} MB; this is no bank of Img2Music.")
    data = read_regular(path, LARGEST, ModelError)
    return OwnBank.parse(data, str(path)), hashlib.sha256(data).hexdigest()
