"""The layer that names musical instruments in drawings: `train instruments` and `export-instruments`."""
