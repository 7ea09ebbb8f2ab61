"""Untrusted sound and video files: checked, opened and mixed down to mono."""
