"""A folder of trained models, checked before anything is run."""
