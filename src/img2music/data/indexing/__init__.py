"""From folders of covers and recordings to an index: labelled, measured, free of duplicates, split."""
