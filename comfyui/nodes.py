"""The node: pictures go in, and for each its music, its score as a MIDI file and a text come out."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from img2music import Img2Music, Snippet, Wishes
from img2music.genres import GENRES
from img2music.options import COMPOSE, DEFAULT_SECONDS, ENGINES, LARGEST_STRENGTH, LONGEST, SHORTEST, Options
from img2music.output.formats import MIDI
from img2music.system.files import atomic_write

if TYPE_CHECKING:
    import torch

SEEN = "seen"
"""The genre that the picture looks like."""
_OPEN = -1.0  # a strength that is left to engine and genre
_LARGEST_SEED = 2**53 - 1  # the largest whole number that the browser keeps exactly


class PictureToMusic:
    """IMAGE `(B, H, W, C)` in; lists of AUDIO, of paths of MIDI files and of texts out, B of each."""

    CATEGORY = "audio"
    DESCRIPTION = "Makes music that fits a picture: offline, in about a second."
    FUNCTION = "make"
    OUTPUT_NODE = True
    RETURN_TYPES = ("AUDIO", "STRING", "STRING")
    RETURN_NAMES = ("audio", "midi", "text")
    OUTPUT_IS_LIST = (True, True, True)
    OUTPUT_TOOLTIPS = (
        "The music.",
        "The path of the score as a MIDI file; empty where the engine plays none.",
        "The genre, and how the music came about.",
    )

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, dict[str, tuple[Any, dict[str, Any]]]]:  # noqa: N802 - ComfyUI's name
        """The inputs, in the form that ComfyUI reads."""
        texts = {
            "style": "A style of the genre, such as bossa or lo-fi. For the engine compose, as what follows.",
            "key": "Such as C, F# or Bbm.",
            "instruments": "These and no others, such as piano,bass,drums.",
        }
        return {
            "required": {
                "image": ("IMAGE", {"tooltip": "One or several pictures; each gets music of its own."}),
                "seed": (
                    "INT",
                    {"default": 0, "min": 0, "max": _LARGEST_SEED, "control_after_generate": True},
                ),
                "engine": (
                    [COMPOSE, *(engine for engine in ENGINES if engine != COMPOSE)],
                    {"tooltip": "compose plays a score of the picture's own; flow and perturb change known music."},
                ),
                "genre": ([SEEN, *GENRES], {"tooltip": f"{SEEN}: the one that the picture looks like."}),
                "seconds": ("FLOAT", {"default": DEFAULT_SECONDS, "min": SHORTEST, "max": LONGEST, "step": 0.5}),
            },
            "optional": {
                "alpha": (
                    "FLOAT",
                    {
                        "default": _OPEN,
                        "min": _OPEN,
                        "max": LARGEST_STRENGTH,
                        "step": 0.05,
                        "tooltip": "How far the picture moves the music; below 0 what suits engine and genre.",
                    },
                ),
                "loop": ("BOOLEAN", {"default": False, "tooltip": "Whole bars that repeat without a seam."}),
                "bpm": (
                    "FLOAT",
                    {"default": 0.0, "min": 0.0, "max": 400.0, "step": 1.0, "tooltip": "0 leaves it to the picture."},
                ),
                **{name: ("STRING", {"default": "", "tooltip": tip}) for name, tip in texts.items()},
                "filename_prefix": (
                    "STRING",
                    {"default": "img2music/score", "tooltip": "Of the MIDI files in ComfyUI's output folder."},
                ),
                "models": ("STRING", {"default": "", "tooltip": "A folder of your own models."}),
            },
        }

    def make(
        self,
        image: torch.Tensor,
        seed: int,
        engine: str,
        genre: str,
        seconds: float,
        alpha: float = _OPEN,
        loop: bool = False,
        bpm: float = 0.0,
        style: str = "",
        key: str = "",
        instruments: str = "",
        filename_prefix: str = "img2music/score",
        models: str = "",
    ) -> dict[str, Any]:
        """The outputs for each picture, and the texts to show on the node.

        Raises `Img2MusicError`, whose one line ComfyUI shows, for options that contradict each other.
        """
        options = Options(
            alpha=None if alpha < 0 else alpha,
            seed=seed,
            seconds=seconds,
            loop=loop,
            engine=engine,
            wishes=Wishes(bpm=bpm or None, style=style or None, key=key or None, instruments=instruments or None),
        )
        img2music, wanted = _img2music(models), None if genre == SEEN else genre
        snippets = [img2music.play(picture_of(pixels), options, wanted) for pixels in image]
        texts = [text_of(snippet) for snippet in snippets]
        midi = [_keep_score(snippet, filename_prefix) for snippet in snippets]
        return {"ui": {"text": texts}, "result": ([audio_of(snippet) for snippet in snippets], midi, texts)}


def picture_of(pixels: torch.Tensor) -> Image.Image:
    """A picture `(H, W, C)` with values from 0 to 1 as an image; C is 1, 3 or 4."""
    values = np.rint(255 * np.clip(pixels.cpu().numpy(), 0, 1)).astype(np.uint8)
    return Image.fromarray(values[..., 0] if values.shape[-1] == 1 else values)


def audio_of(snippet: Snippet) -> dict[str, Any]:
    """A snippet, `(T,)` or `(T, C)`, as ComfyUI's AUDIO: waveform `(1, C, T)` float32 and sample rate in Hz."""
    import torch

    samples = np.asarray(snippet.samples, np.float32)
    channels = samples[np.newaxis] if samples.ndim == 1 else samples.T
    return {"waveform": torch.from_numpy(np.array(channels[np.newaxis])), "sample_rate": snippet.rate}


def text_of(snippet: Snippet) -> str:
    """How a snippet came about, in a few lines."""
    made = snippet.provenance
    lines = [
        f"{snippet.seconds:g} s of {snippet.genre} ({snippet.probabilities.get(snippet.genre, 0):.0%})",
        f"{', '.join(made.saw) or 'nothing that stands out'} → {', '.join(made.asked) or 'any mood'}",
        f"seed {made.seed}, {made.engine}, alpha {made.alpha:g}, models {made.models}",
    ]
    if snippet.score is not None:
        lines.insert(1, f"{snippet.score.title}, {', '.join(part.name for part in snippet.score.parts)}")
    return "\n".join([*lines, *(f"from {credit}" for credit in made.embeddings)])


def _keep_score(snippet: Snippet, prefix: str) -> str:
    """Write the score that is heard into ComfyUI's output folder; the path, empty without a score."""
    if snippet.score is None:
        return ""
    import folder_paths  # ComfyUI's own module

    folder, name, number, *_ = folder_paths.get_save_image_path(prefix, folder_paths.get_output_directory())
    path = Path(folder, f"{name}_{number:05}_.{MIDI}")
    with atomic_write(path) as temporary:
        temporary.write_bytes(snippet.score.to_midi())
    return str(path)


@cache
def _img2music(models: str) -> Img2Music:
    return Img2Music(models or None)
