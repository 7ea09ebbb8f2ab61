"""What is written for a snippet: sound and video files, tags and sidecars."""
