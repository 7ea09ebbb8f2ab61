"""The tags of musicnn, and the genre that each stands for."""

from __future__ import annotations

import numpy as np

from img2music.genres import GENRES

TAGS: tuple[str, ...] = (
    *("rock", "pop", "alternative", "indie", "electronic", "female vocalists", "dance", "00s", "alternative rock"),
    *("jazz", "beautiful", "metal", "chillout", "male vocalists", "classic rock", "soul", "indie rock", "Mellow"),
    *("electronica", "80s", "folk", "90s", "chill", "instrumental", "punk", "oldies", "blues", "hard rock"),
    *("ambient", "acoustic", "experimental", "female vocalist", "guitar", "Hip-Hop", "70s", "party", "country"),
    *("easy listening", "sexy", "catchy", "funk", "electro", "heavy metal", "Progressive rock", "60s", "rnb"),
    *("indie pop", "sad", "House", "happy"),
)
"""The fifty tags of the Million Song Dataset, in the order of the network's outputs."""

# No tag says classical: what is called instrumental or ambient stands in for it.
GENRE_TAGS: dict[str, tuple[str, ...]] = {
    "classical": ("instrumental", "ambient"),
    "hiphop": ("Hip-Hop", "rnb"),
    "pop": ("pop", "dance", "80s", "female vocalists"),
    "jazz": ("jazz",),
}


def tagged_genre(probabilities: np.ndarray) -> str:
    """Return the genre of the likeliest of all `GENRE_TAGS`, given the probability of each of `TAGS`, `(50,)`."""
    strength = {genre: max(probabilities[TAGS.index(tag)] for tag in GENRE_TAGS[genre]) for genre in GENRES}
    return max(strength, key=strength.__getitem__)
