"""Samples: reading, analysing, levelling. Numpy and soundfile alone."""
