"""Models in the layout of the Hugging Face Hub."""
