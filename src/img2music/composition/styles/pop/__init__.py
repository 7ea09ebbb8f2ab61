"""Styles of pop."""

from img2music.composition.styles.pop.electronic import DANCE, LATIN, SYNTH
from img2music.composition.styles.pop.live import ACOUSTIC, BALLAD, BAND, ROCK

STYLES = (DANCE, SYNTH, LATIN, BAND, BALLAD, ROCK, ACOUSTIC)
