"""The targets: what each mutates, and what it may do."""
