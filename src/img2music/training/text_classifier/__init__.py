"""The classifier of the words on covers."""
