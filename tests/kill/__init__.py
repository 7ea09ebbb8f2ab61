"""Killing long work at random moments: `python -m tests.kill --trials 100`."""
