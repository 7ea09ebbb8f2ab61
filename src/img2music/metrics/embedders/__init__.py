"""Networks that turn sound into embeddings for distances."""
