"""Fuzzing of everything that reads what others made: `python -m tests.fuzz --cases 100000`."""
