"""Fidelity against cost, side by side: recovered phases, the paper's VAE, ours, and audio codecs, on the same clips."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from benchmarks.codecs import CODECS, available, round_trip

from img2music.audio.files.io import load_audio
from img2music.audio.level import level, normalise_level
from img2music.audio.phase import invert, refine
from img2music.audio.stft import RATE, magnitude
from img2music.data.clips.clip import Clip, read_clips
from img2music.data.splits import pick
from img2music.metrics.frechet import frechet_distance
from img2music.metrics.log_spectral import log_spectral_error

SECONDS = 15
GRIFFIN_LIM_STEPS = 32
STORED_BITS = 16
"""Of a number of an embedding, as banks keep it."""
Method = Callable[[np.ndarray, str], tuple[np.ndarray, float | None]]
"""Samples `(T,)` and their genre to the samples that come back, and kbit/s between, None where nothing is saved."""


def fidelity(music: Path, per_genre: int, paper_vae: Path | None) -> dict[str, dict[str, object]]:
    """For each method mean log-spectral error in dB, musicnn Fréchet distance, seconds a clip and kbit/s."""
    from img2music.metrics.embedders.musicnn import Musicnn

    clips = pick(read_clips(music), per_genre, 0)
    originals = [load_audio(clip.path, RATE)[: SECONDS * RATE] for clip in clips]
    embedder = Musicnn()
    heard = np.concatenate([embedder.embed(samples, RATE) for samples in originals])
    found: dict[str, dict[str, object]] = {"clips": {"count": len(clips)}}
    for name, method in _methods(paper_vae).items():
        if isinstance(method, str):
            found[name] = {"skipped": method}
            continue
        answers, seconds, rates = _apply(method, clips, originals)
        errors = [log_spectral_error(*pair) for pair in zip(originals, answers, strict=True)]
        embedded = np.concatenate([embedder.embed(samples, RATE) for samples in answers])
        found[name] = {
            "error_db": round(float(np.mean(errors)), 2),
            "musicnn": round(frechet_distance(embedded, heard), 2),
            "seconds": round(seconds, 3),
            "kbit_s": None if None in rates else round(float(np.mean(rates)), 1),
        }
    return found


def _apply(
    method: Method, clips: list[Clip], originals: list[np.ndarray]
) -> tuple[list[np.ndarray], float, list[float | None]]:
    """What a method makes of every clip, the mean seconds of one, and kbit/s; the first clip is made once before,
    so that loading does not count."""
    method(originals[0], clips[0].genre)
    started = time.perf_counter()
    made = [method(samples, clip.genre) for samples, clip in zip(originals, clips, strict=True)]
    seconds = (time.perf_counter() - started) / len(clips)
    return [samples for samples, _ in made], seconds, [rate for _, rate in made]


def _methods(paper_vae: Path | None) -> dict[str, Method | str]:
    """Methods by name; instead of one that cannot be used the reason."""
    methods: dict[str, Method | str] = {
        "griffin-lim": lambda samples, _: (_griffin_lim(samples), None),
        "our phase": lambda samples, _: (invert(_even(magnitude(samples))), None),
        "our VAE": _ours(),
        "paper's VAE": "no trained run is given by --paper-vae" if paper_vae is None else _paper(paper_vae),
    }
    for codec, (_, _, rates) in CODECS.items():
        for kbits in rates:
            trip = partial(_codec, codec, kbits)
            methods[f"{codec} {kbits}k"] = trip if available() else "ffmpeg is not installed"
    return methods


def _codec(codec: str, kbits: int, samples: np.ndarray, _: str) -> tuple[np.ndarray, float]:
    return round_trip(samples, codec, kbits)


def _griffin_lim(samples: np.ndarray) -> np.ndarray:
    magnitudes = _even(magnitude(samples))
    angles = np.random.default_rng(0).uniform(0, 2 * np.pi, magnitudes.shape)
    return refine(magnitudes, np.exp(1j * angles).astype(np.complex64), GRIFFIN_LIM_STEPS)


def _even(magnitudes: np.ndarray) -> np.ndarray:
    return magnitudes[: len(magnitudes) // 2 * 2]


def _ours() -> Method:
    """The bundled models: `reconstruct`, and what its embeddings take as they are stored."""
    import soundfile

    from img2music import Img2Music
    from img2music.generation.codec import Encoder

    img2music = Img2Music()
    encoders: dict[str, Encoder] = {}

    def reconstruct(samples: np.ndarray, genre: str) -> tuple[np.ndarray, float]:
        with tempfile.TemporaryDirectory() as folder:
            clip = Path(folder, "clip.wav")
            soundfile.write(clip, samples, RATE)
            answer = img2music.reconstruct(clip, genre).mono(RATE)
        if genre not in encoders:
            encoders[genre] = Encoder(img2music.models, genre)
        latents = encoders[genre](samples[:RATE])  # a second says how many numbers there are
        return answer, 1e-3 * STORED_BITS * latents.size

    return reconstruct


def _paper(run: Path) -> Method:
    """A run of `train waveform-vae`: its encoder's mean through its decoder, at the clip's level."""
    import torch

    from img2music.training.export.trained_vae import load_trained

    vae = load_trained(run)

    @torch.inference_mode()
    def reconstruct(samples: np.ndarray, _: str) -> tuple[np.ndarray, float]:
        whole = samples[: len(samples) // vae.representation.step_length * vae.representation.step_length]
        rows = torch.from_numpy(vae.representation.rows(normalise_level(whole)))[None]
        mean, _log_variance = vae.encoder(rows)
        answer = vae.representation.samples(vae.decoder(mean)[0].numpy())
        rate = 1e-3 * STORED_BITS * mean.numel() * RATE / len(whole)
        return normalise_level(answer, level(whole)), rate

    return reconstruct
