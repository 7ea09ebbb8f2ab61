"""Files, folders, locks and places of the operating system."""
