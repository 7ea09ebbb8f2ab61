"""Files, folders, locks, signals and memory of the operating system."""
