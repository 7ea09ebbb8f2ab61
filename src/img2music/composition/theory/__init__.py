"""What musicians know of pitch: scales, chords, voices, melodies, cadences."""
