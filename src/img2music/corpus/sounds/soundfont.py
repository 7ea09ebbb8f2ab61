"""Notes played on a soundfont, dry and in stereo."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import tinysoundfont

from img2music.composition.score import Instrument
from img2music.corpus.tones import Tone

GLIDE = 0.09  # seconds in which a bent note reaches its pitch
DRUM_BANK = 128


@lru_cache(maxsize=3)
def _load(soundfont: Path, rate: int) -> tuple[tinysoundfont.Synth, int]:
    player = tinysoundfont.Synth(samplerate=rate)
    return player, player.sfload(str(soundfont), max_voices=160)


def play(tones: Sequence[Tone], instrument: Instrument, soundfont: Path, total: int, rate: int) -> np.ndarray:
    """Notes on an instrument of the soundfont, for `total` samples at `rate` Hz, `(total, 2)` float32."""
    player, sfid = _load(soundfont, rate)
    player.soundfonts[sfid].reset()
    player.generate_simple(rate // 2)  # lets voices left over from the previous part die away unheard
    bank = DRUM_BANK if instrument.drums else 0
    try:
        player.program_select(0, sfid, bank, instrument.program, instrument.drums)
    except tinysoundfont.SoundFontException:  # a smaller soundfont may lack this drum kit
        player.program_select(0, sfid, bank, 0, instrument.drums)
    player.pitchbend_range(0, 12.0)
    # At the same moment: notes end, then bends settle, then notes begin.
    events: list[tuple[int, int, int, int]] = []
    for tone in tones:
        on, off = int(tone.start * rate), int((tone.start + tone.length) * rate)
        events += [(on, 2, tone.pitch, tone.velocity), (max(off, on + 64), 0, tone.pitch, 0)]
        if tone.bend:
            for part in np.linspace(0, 1, 10):
                value = 8192 + int(8191 * np.clip(tone.bend * (1 - part) ** 2 / 12, -1, 1))
                events.append((on + int(part * GLIDE * rate), 1, value, 0))
    done, pieces = 0, []
    for at, kind, value, velocity in sorted(events):
        at = min(at, total)
        if at > done:
            pieces.append(np.frombuffer(player.generate_simple(at - done), dtype=np.float32))
            done = at
        if kind == 2:
            player.noteon(0, value, velocity)
        elif kind == 1:
            player.pitchbend(0, value)
        else:
            player.noteoff(0, value)
    if done < total:
        pieces.append(np.frombuffer(player.generate_simple(total - done), dtype=np.float32))
    return np.concatenate(pieces).reshape(-1, 2)
