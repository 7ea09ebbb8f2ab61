"""How music that was synthesised from scores keeps them, beside what the corpus makes of the same scores."""
