"""A learned inverse-STFT head beside the phases that are integrated from slopes, in distance and in time.

The head is that of Vocos (Siuzdak, Vocos: closing the gap between time-domain and Fourier-based neural vocoders, ICLR
2024), without its discriminators, for which a CPU is too slow: ConvNeXt blocks over log magnitudes that say the phase
of every bin, trained on how phases differ from frame to frame and from bin to bin (Ai & Ling, Neural speech phase
prediction based on parallel estimation architecture and anti-wrapping losses, ICASSP 2023) and on how far magnitudes
change when such frames become sound.

    python benchmarks/phase_head.py TRAINING REFERENCE --minutes 12
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile
import torch
from torch import Tensor, nn

from img2music.audio.files.io import load_audio
from img2music.audio.level import normalise_level
from img2music.audio.phase import invert, refine
from img2music.audio.stft import BINS, HOP, RATE, WINDOW, magnitude
from img2music.data.clips.clip import read_clips
from img2music.evaluation.audio import score_folder
from img2music.training.common.depthwise import DepthwiseConv1d

FRAMES, BATCH, WIDTH, BLOCKS = 64, 16, 256, 8
SECONDS = 15
FLOOR = 1e-3


class PhaseHead(nn.Module):
    """Magnitudes `(B, F, 513)` to phases in radians, `(B, F, 513)`."""

    def __init__(self) -> None:
        super().__init__()
        self.enter = nn.Linear(BINS, WIDTH)
        self.mix = nn.ModuleList(DepthwiseConv1d(WIDTH, 7) for _ in range(BLOCKS))
        self.think = nn.ModuleList(
            nn.Sequential(nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 3 * WIDTH), nn.GELU(), nn.Linear(3 * WIDTH, WIDTH))
            for _ in range(BLOCKS)
        )
        self.leave = nn.Sequential(nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 2 * BINS))
        # what a steady tone in the middle of a bin does is known, so only the rest is learnt
        turn = torch.arange(BINS)[None] * torch.arange(FRAMES * 64)[:, None] * (2 * torch.pi * HOP / WINDOW)
        self.register_buffer("turn", turn.remainder(2 * torch.pi), persistent=False)

    def forward(self, magnitudes: Tensor) -> Tensor:
        x = self.enter((magnitudes + FLOOR).log() / 3)
        for mix, think in zip(self.mix, self.think, strict=True):
            x = x + think(mix(x.transpose(1, 2)).transpose(1, 2))
        real, imaginary = self.leave(x).chunk(2, -1)
        return torch.atan2(imaginary, real) + self.turn[: magnitudes.shape[1]]


def loss_of(head: PhaseHead, samples: Tensor, window: Tensor) -> Tensor:
    """Samples `(B, T)` to the loss."""
    frames = _transform(samples, window)
    magnitudes, wanted = frames.abs(), frames.angle()
    phases = head(magnitudes)
    weights = magnitudes.sqrt() / magnitudes.sqrt().mean()
    error = phases - wanted
    turning = _wrapped(error.diff(dim=1)) * weights[:, 1:]
    leaning = _wrapped(error.diff(dim=2)) * weights[:, :, 1:]
    sound = torch.istft(torch.polar(magnitudes, phases).transpose(1, 2), WINDOW, HOP, window=window)
    again = _transform(sound, window).abs()
    spectral = ((again + FLOOR).log() - (magnitudes + FLOOR).log()).abs()
    return turning.mean() + leaning.mean() + spectral[:, 2:-2].mean()


def train(clips: list[np.ndarray], minutes: float) -> PhaseHead:
    """A head trained for so many minutes on clips `(T,)`."""
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    head, window = PhaseHead(), torch.hann_window(WINDOW)
    optimizer = torch.optim.AdamW(head.parameters(), lr=1e-3)
    begun, step, length = time.monotonic(), 0, (FRAMES - 1) * HOP
    while (spent := (time.monotonic() - begun) / (60 * minutes)) < 1:
        optimizer.param_groups[0]["lr"] = 1e-3 * min(1, step / 200 + 0.01) * (1 - spent)
        chosen = [clips[i] for i in random.integers(len(clips), size=BATCH)]
        starts = [random.integers(len(clip) - length) for clip in chosen]
        crops = np.stack([clip[start : start + length] for clip, start in zip(chosen, starts, strict=True)])
        loss = loss_of(head, torch.from_numpy(crops), window)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(head.parameters(), 1.0)
        optimizer.step()
        step += 1
        if step % 100 == 0:
            print(f"step {step}, {spent:.0%}: {loss.item():.3f}", flush=True)
    return head.eval()


def compare(head: PhaseHead, reference: list[Path]) -> dict[str, dict[str, float]]:
    """Fréchet distance of clips made anew from their true magnitudes, and s for 15 s of them, for each way."""

    @torch.inference_mode()
    def phasors(magnitudes: np.ndarray) -> np.ndarray:
        angles = head(torch.from_numpy(magnitudes)[None])[0].numpy()
        return np.exp(1j * angles).astype(np.complex64)

    ways: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "slopes integrated, 4 steps": invert,
        "learned head": lambda m: refine(m, phasors(m), 0),
        "learned head, 4 steps": lambda m: refine(m, phasors(m)),
    }
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        originals = [load_audio(path, RATE)[: SECONDS * RATE] for path in reference]
        _write(Path(folder, "original"), originals)
        for name, way in ways.items():
            spectra, times, made = [magnitude(samples) for samples in originals], [], []
            for spectrum in spectra:
                begun = time.perf_counter()
                made.append(way(spectrum))
                times.append(time.perf_counter() - begun)
            _write(Path(folder, name), made)
            scores = score_folder(Path(folder, name), Path(folder, "original"))
            figures[name] = {"frechet": round(scores.frechet, 2), "seconds": round(statistics.median(times), 3)}
    return figures


def _transform(samples: Tensor, window: Tensor) -> Tensor:
    return torch.stft(samples, WINDOW, HOP, window=window, pad_mode="constant", return_complex=True).transpose(1, 2)


def _wrapped(angles: Tensor) -> Tensor:
    return (angles - 2 * torch.pi * (angles / (2 * torch.pi)).round()).abs()


def _write(folder: Path, sounds: list[np.ndarray]) -> None:
    folder.mkdir()
    for number, samples in enumerate(sounds):
        soundfile.write(folder / f"{number}.wav", samples, RATE)


def main() -> None:
    """Train on the clips of one folder, compare on those of another, and print a JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("training", type=Path, help="folder with one sub-folder of clips per genre")
    parser.add_argument("reference", type=Path, help="the same, of clips that are not trained on")
    parser.add_argument("--minutes", type=float, default=12)
    parser.add_argument("--clips", type=int, default=6, help="of each genre to compare on")
    given = parser.parse_args()
    sounds = [normalise_level(load_audio(clip.path, RATE)) for clip in read_clips(given.training)]
    head = train([sound for sound in sounds if len(sound) > FRAMES * HOP], given.minutes)
    by_genre: dict[str, list[Path]] = {}
    for clip in read_clips(given.reference):
        by_genre.setdefault(clip.genre, []).append(clip.path)
    print(json.dumps(compare(head, [path for paths in by_genre.values() for path in paths[: given.clips]]), indent=2))


if __name__ == "__main__":
    main()
