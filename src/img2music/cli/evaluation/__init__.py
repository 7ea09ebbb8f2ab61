"""`evaluate` on the command line: of models and their music, and of composed scores."""
