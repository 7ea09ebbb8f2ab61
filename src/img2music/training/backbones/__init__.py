"""Image networks that a classifier stands on."""
