"""Commands for programs that use this one, and for whoever asks where music comes from."""
