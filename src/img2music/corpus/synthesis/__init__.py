"""Instruments that no recording has, synthesised in stereo at 44.1 kHz without aliasing."""
