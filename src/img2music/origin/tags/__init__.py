"""Reading the tags of untrusted files. Nothing is decompressed, and no package is needed."""
