"""A backbone that learns from another one without labels."""
