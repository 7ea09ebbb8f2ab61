"""Scores as files: MIDI, MusicXML."""
