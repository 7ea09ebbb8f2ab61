"""What to tell people of the recordings that are read; without numpy, so that the command line can say it at once."""

READABLE = "WAV, FLAC, Ogg, Opus, MP3, AIFF, AU, CAF or W64, or with the extra export M4A, MP4, WebM, WMA or AAC"
"""What to choose from."""
