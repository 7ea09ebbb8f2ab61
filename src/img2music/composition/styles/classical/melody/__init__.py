"""Melodies: rhythms, motifs, and how tunes are played."""
