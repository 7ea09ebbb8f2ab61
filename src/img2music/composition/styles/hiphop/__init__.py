"""Styles of hip-hop."""

from img2music.composition.styles.hiphop.sampled import BOOM_BAP, JAZZ_RAP, LO_FI
from img2music.composition.styles.hiphop.synthetic import DRILL, TRAP, WEST_COAST

STYLES = (BOOM_BAP, LO_FI, JAZZ_RAP, TRAP, DRILL, WEST_COAST)
