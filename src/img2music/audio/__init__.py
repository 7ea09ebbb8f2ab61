"""Samples: reading, analysing, levelling, with NumPy and soundfile alone."""
