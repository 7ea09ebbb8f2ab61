"""From training runs to a folder of models that the runtime reads."""
