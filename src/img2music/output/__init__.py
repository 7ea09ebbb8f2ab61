"""What is kept of a snippet: sound files, tags, films and sidecars."""
