"""Reconstruction in stereo beside that in mono, and beside Opus, on the same clips in one run.

    python -m benchmarks.stereo --models FOLDER SET=FOLDER [SET=FOLDER ...]

Each set is a folder of recordings, with a sub-folder for each genre or file names that begin with it.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import soundfile

from img2music.audio.files.downmix import to_mono
from img2music.audio.level import normalise_level
from img2music.audio.resampling import resample
from img2music.audio.stft import RATE as HALF
from img2music.evaluation.production.stereo_measures import side_level, stereo_error
from img2music.generation.codec import Decoder, Encoder
from img2music.genres import GENRES
from img2music.metrics.embedders.musicnn import Musicnn
from img2music.metrics.frechet import floor, frechet_distance
from img2music.metrics.log_spectral import log_spectral_error
from img2music.models.folder import DECODER, Models
from img2music.stereo.codec import StereoDecoder, StereoEncoder
from img2music.stereo.transform import HOP, RATE

SECONDS = 15
Method = Callable[[np.ndarray, str], tuple[np.ndarray, float]]
"""Samples `(T, 2)` and their genre to those that come back, and kbit/s between."""


def main() -> None:
    """Print the table, and keep it as JSON where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", help="NAME=FOLDER, or NAME=a file with a path of a recording on each line")
    parser.add_argument("--models", type=Path, required=True, help="models folder with the stereo networks")
    parser.add_argument("--mono", type=Path, help="models folder of one channel to compare with")
    parser.add_argument("--most", type=int, default=24, help="clips of a set")
    parser.add_argument("--only", nargs="*", default=None, help="methods by name")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    models = Models(options.models)
    before = Models(options.mono or options.models)
    methods = {
        "22 kHz mono": _mono(before),
        "44.1 kHz stereo": _stereo(models),
        "opus 24k": lambda samples, _: opus(samples, 24),
        "opus 32k": lambda samples, _: opus(samples, 32),
    }
    if not before.has(before.place_of(before.genres[0], DECODER)):
        del methods["22 kHz mono"]
    methods = {name: method for name, method in methods.items() if not options.only or name in options.only}
    found = {}
    for given in options.sets:
        name, _, place = given.partition("=")
        found[name] = compare(_clips(Path(place), options.most), methods)
        for method, row in found[name].items():
            print(f"{name:12s} {method:16s} " + " ".join(f"{key} {value}" for key, value in row.items()), flush=True)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def compare(clips: Sequence[tuple[np.ndarray, str]], methods: dict[str, Method]) -> dict[str, dict[str, float | None]]:
    """Figures of each method on clips, samples `(T, 2)` and their genre; under `clips` floor and ceiling."""
    ear = Musicnn()
    originals = [samples for samples, _ in clips]
    middles = [_middle(samples) for samples in originals]
    heard = {str(number): ear.embed(middle, HALF) for number, middle in enumerate(middles)}
    mixed = np.concatenate(list(heard.values()))
    wide = [number for number, samples in enumerate(originals) if side_level(samples) > -40]
    sides = np.concatenate([ear.embed(_side(originals[i], originals[i]), HALF) for i in wide]) if wide else None
    random = np.random.default_rng(0)
    noise = [normalise_level(random.standard_normal(len(middle)).astype(np.float32)) for middle in middles]
    ceiling = frechet_distance(np.concatenate([ear.embed(x, HALF) for x in noise]), mixed)
    rows: dict[str, dict[str, float | None]] = {
        "clips": {"count": len(clips), "floor": round(floor(heard), 2), "ceiling": round(ceiling, 1)}
    }
    for name, method in methods.items():
        made = [method(samples, genre) for samples, genre in clips]
        answers = [answer for answer, _ in made]
        embedded = np.concatenate([ear.embed(_middle(answer), HALF) for answer in answers])
        errors = [asdict(stereo_error(*pair)) for pair in zip(originals, answers, strict=True)]
        spectra = [log_spectral_error(*pair) for pair in zip(middles, map(_middle, answers), strict=True)]
        row = {"frechet": frechet_distance(embedded, mixed), "log_spectral": float(np.mean(spectra))}
        if sides is not None:
            beside = np.concatenate([ear.embed(_side(answers[i], originals[i]), HALF) for i in wide])
            row["frechet_side"] = frechet_distance(beside, sides)
        for key in ("treble", "level", "correlation"):
            known = [error[key] for error in errors if error[key] is not None]
            row[key] = float(np.mean(known)) if known else float("nan")
        row["side"] = float(np.median([abs(errors[i]["side"]) for i in wide])) if wide else float("nan")
        row["kbit_s"] = float(np.mean([rate for _, rate in made]))
        rows[name] = {key: round(value, 3 if key == "correlation" else 2) for key, value in row.items()}
    return rows


def _clips(place: Path, most: int) -> list[tuple[np.ndarray, str]]:
    """The first 15 s of recordings as samples `(T, 2)` at 44.1 kHz, with their genres, evenly chosen."""
    if place.is_file():
        files = [Path(line) for line in place.read_text(encoding="utf-8").splitlines() if line]
    else:
        files = sorted(path for path in place.rglob("*") if path.suffix in (".flac", ".ogg", ".wav"))
    step = max(1, len(files) // most)
    return [(_read(file), _genre(file)) for file in files[::step][:most]]


def _read(file: Path) -> np.ndarray:
    samples, rate = soundfile.read(file, dtype="float32", always_2d=True)
    samples = np.repeat(samples, 2, axis=1) if samples.shape[1] == 1 else samples[:, :2]
    samples = samples[: SECONDS * rate]
    if rate != RATE:
        samples = np.stack([resample(np.ascontiguousarray(x), rate, RATE) for x in samples.T], axis=1)
    return samples


def _genre(file: Path) -> str:
    return next(genre for genre in GENRES if genre in (file.parent.name, file.stem.split("-")[0]))


def _middle(samples: np.ndarray) -> np.ndarray:
    """The middle at 22.05 kHz and the level of training."""
    return normalise_level(resample(np.ascontiguousarray(to_mono(samples)), RATE, HALF))


def _side(samples: np.ndarray, original: np.ndarray) -> np.ndarray:
    """The side at 22.05 kHz, 10 dB louder than beside the middle of the original at the level of training."""
    side = np.ascontiguousarray((samples[:, 0] - samples[:, 1]) / 2)
    factor = 10 ** (-8 / 20) / np.sqrt(np.mean(np.square(original.mean(1))) + 1e-12)
    return resample(side * np.float32(factor), RATE, HALF)


def _mono(models: Models) -> Method:
    def method(samples: np.ndarray, genre: str) -> tuple[np.ndarray, float]:
        encoder, decoder = Encoder(models, genre), Decoder(models, genre)
        latents, deviation = encoder.with_noise(_middle(samples))
        answer = resample(decoder(latents), HALF, RATE)
        return np.stack([answer, answer], axis=1), _rate(latents, 2 * np.log(deviation))

    return method


def _stereo(models: Models) -> Method:
    def method(samples: np.ndarray, genre: str) -> tuple[np.ndarray, float]:
        encoder, decoder = StereoEncoder(models, genre), StereoDecoder(models, genre)
        latents, nats = encoder.with_nats(samples)
        middle, deviation = Encoder(models, genre).with_noise(_middle(samples))
        return decoder(latents), _kbits(float(nats.mean())) + _rate(middle, 2 * np.log(deviation))

    return method


def _rate(mean: np.ndarray, log_variance: np.ndarray) -> float:
    """kbit/s that latents `(C, S)` carry: their KL divergence from the standard normal distribution."""
    return _kbits(float(0.5 * (mean**2 + np.exp(log_variance) - 1 - log_variance).sum(0).mean()))


def _kbits(nats: float) -> float:
    """kbit/s of so many nats a step."""
    return nats / np.log(2) * RATE / (2 * HOP) / 1000


def opus(samples: np.ndarray, kbits: int) -> tuple[np.ndarray, float]:
    """Samples `(T, 2)` at 44.1 kHz through Opus, and kbit/s of the packets between."""
    import av

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "between.ogg")
        wide = np.stack([resample(np.ascontiguousarray(x), RATE, 48_000) for x in samples.T], axis=1)
        with av.open(str(path), "w") as container:
            stream = container.add_stream("libopus", rate=48_000, layout="stereo", bit_rate=kbits * 1000)
            pcm = np.ascontiguousarray((np.clip(wide, -1, 1) * 32767).astype(np.int16).reshape(1, -1))
            frame = av.AudioFrame.from_ndarray(pcm, format="s16", layout="stereo")
            frame.sample_rate = 48_000
            size = 0
            for packet in [*stream.encode(frame), *stream.encode(None)]:
                size += packet.size
                container.mux(packet)
        with av.open(str(path)) as container:
            pieces = [piece.to_ndarray() for piece in container.decode(audio=0)]
    back = np.concatenate(pieces, axis=1).astype(np.float32)[:, : len(wide)]
    heard = np.stack([resample(np.ascontiguousarray(x), 48_000, RATE) for x in back], axis=1)
    heard = np.pad(heard, ((0, max(len(samples) - len(heard), 0)), (0, 0)))[: len(samples)]
    return heard, 8e-3 * size * RATE / len(samples)


if __name__ == "__main__":
    main()
