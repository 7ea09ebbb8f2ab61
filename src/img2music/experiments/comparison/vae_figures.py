"""Measures of trained VAEs: what they make of clips nobody trained on, and of pictures."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from PIL import Image
from rich.console import Console
from rich.progress import track

from img2music.audio.files.io import load_audio
from img2music.audio.files.sounds import Sounds
from img2music.audio.level import level
from img2music.audio.stft import RATE
from img2music.data.clips.clip import Clip
from img2music.data.common.notes import note
from img2music.data.covers.cover import Cover, read_covers
from img2music.data.splits import pick
from img2music.errors import AudioError
from img2music.evaluation.clips import SECONDS, own_names, write_snippets
from img2music.evaluation.embedded_clips import SILENCE, EmbeddedClips, embed_folder
from img2music.generation.bank import Bank
from img2music.metrics.conventions import stack
from img2music.metrics.embedders.registry import Embedder
from img2music.metrics.frechet import frechet_distance, halves
from img2music.metrics.kernels import kernel_audio_distance
from img2music.metrics.log_spectral import log_spectral_errors
from img2music.models.folder import DECODER, ENCODER, TRUNK, Models
from img2music.options import PERTURB, Options
from img2music.output.snippet import Snippet
from img2music.pipeline import Img2Music
from img2music.stereo.codec import decoder_of
from img2music.training.covers.split import readable

TRIALS = 5


@dataclass(frozen=True)
class Bounds:
    """What the best and the worst would score, as Fréchet distances and `kad_…` as kernel ones: `floor`, one half of
    the originals against the other (None below four clips), and `ceiling`, white noise as loud as each of them."""

    floor: float | None
    kad_floor: float | None
    ceiling: float
    kad_ceiling: float


@dataclass(frozen=True)
class VAEFigures:
    """What a VAE makes of clips and pictures: distances of its reconstructions and of snippets to the originals;
    `log_spectral`, the mean difference of log magnitudes in dB, and the same by genre; `error_db`, the squared error
    against the samples over their power (silence: 0 dB); `speed`, s of audio decoded per s; `megabytes` of encoder and
    decoder."""

    reconstruction_frechet: float
    reconstruction_kad: float
    generation_frechet: float
    generation_kad: float
    log_spectral: float
    log_spectral_genres: dict[str, float]
    error_db: float
    speed: float
    megabytes: float


def write_originals(clips: Sequence[Clip], per_genre: int, folder: Path) -> int:
    """Write the first 15 s of up to `per_genre` clips of each genre as `folder/GENRE/…wav`; returns how many.

    Clips that cannot be read or are silent are left out with a line each. What was in `folder` before goes.
    """
    shutil.rmtree(folder, ignore_errors=True)
    count = 0
    chosen = pick(clips, per_genre, 0)
    for clip, name in zip(chosen, own_names(chosen), strict=True):
        try:
            samples = load_audio(clip.path, RATE)[: SECONDS * RATE]
            if level(samples) < SILENCE:
                raise AudioError(f"{clip.path} is silent.")
        except AudioError as error:
            note(f"left out: {error}")
            continue
        _save(Snippet(samples, RATE, clip.genre), folder / name)
        count += 1
    return count


def random_pictures(genres: Sequence[str], per_genre: int, folder: Path) -> list[Cover]:
    """Pictures of coarse random colours, the same every time, as covers of each genre."""
    for number, genre in enumerate(genres):
        (folder / genre).mkdir(parents=True, exist_ok=True)
        for index in range(per_genre):
            colours = np.random.default_rng([number, index]).integers(0, 256, (6, 6, 3), dtype=np.uint8)
            picture = Image.fromarray(colours).resize((256, 256), Image.Resampling.BICUBIC)
            picture.save(folder / genre / f"{index}.png")
    return read_covers(folder, genres)


def some_covers(covers: Path, genres: Sequence[str], per_genre: int) -> list[Cover]:
    """Up to `per_genre` covers of each genre, the same every time."""
    return readable(pick(read_covers(covers, genres), per_genre, 0))


def bounds(originals: EmbeddedClips) -> Bounds:
    """Floor and ceiling of the distances to the originals."""
    real, noise = stack(originals.embeddings()), stack(originals.noise())
    floor, kad_floor = None, None
    if len(originals.clips) >= 4:
        one, other = (stack(half) for half in halves(originals.embeddings()))
        floor, kad_floor = frechet_distance(one, other), kernel_audio_distance(one, other)
    return Bounds(floor, kad_floor, frechet_distance(noise, real), kernel_audio_distance(noise, real))


def measure(
    models: Path,
    originals: Path,
    real: EmbeddedClips,
    covers: Sequence[Cover],
    alpha: float,
    out: Path,
    embedder: Embedder,
) -> VAEFigures:
    """Reconstruct the originals, play a snippet for each cover, and score both against the originals, whose
    embeddings by `embedder` are `real`."""
    img2music = Img2Music(models)
    reconstructed, snippets = out / "reconstructed", out / "snippets"
    errors = []
    paths = Sounds.below(originals).files
    made = Sounds(reconstructed, tuple(reconstructed / path.parent.name / path.name for path in paths))
    tracked = track(paths, "reconstructing", console=Console(stderr=True), transient=True)
    for path, target in zip(tracked, made.files, strict=True):
        snippet = img2music.reconstruct(path, path.parent.name)
        _save(snippet, target)
        errors.append(_relative_error(load_audio(path, RATE), snippet.mono(RATE)))
    played = write_snippets(img2music, covers, snippets, Options(alpha, engine=PERTURB))
    reference = stack(real.embeddings())
    ours, new = (stack(embed_folder(sounds, embedder).embeddings()) for sounds in (made, played))
    log_spectral = log_spectral_errors(originals, made)
    return VAEFigures(
        reconstruction_frechet=frechet_distance(ours, reference),
        reconstruction_kad=kernel_audio_distance(ours, reference),
        generation_frechet=frechet_distance(new, reference),
        generation_kad=kernel_audio_distance(new, reference),
        log_spectral=log_spectral.log_spectral,
        log_spectral_genres=log_spectral.log_spectral_genres,
        error_db=10 * float(np.log10(np.mean(errors))),
        speed=_speed(Models(models), paths[0].parent.name),
        megabytes=_megabytes(Models(models)),
    )


def _relative_error(original: np.ndarray, answer: np.ndarray) -> float:
    """Power of the difference over that of the original, at the gain that makes it least."""
    length = min(len(original), len(answer))
    x, y = (samples[:length].astype(np.float64) for samples in (original, answer))
    gain = max(0.0, float(x @ y)) / max(float(y @ y), 1e-12)
    return float(np.square(x - gain * y).sum() / np.square(x).sum())


def _speed(models: Models, genre: str) -> float:
    decoder = decoder_of(models, genre)
    latents = Bank.load(models, genre).segment(0, decoder.steps_per_second).latents
    times = []
    for _ in range(TRIALS):
        begin = perf_counter()
        samples = decoder(latents)
        times.append(perf_counter() - begin)
    return len(samples) / decoder.rate / min(times)


def _megabytes(models: Models) -> float:
    """Of encoders and decoders."""
    files = models.manifest.files.items()
    return sum(facts.bytes for name, facts in files if name.endswith((ENCODER, TRUNK, DECODER))) / 1e6


def _save(snippet: Snippet, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    snippet.save(path, force=True)
