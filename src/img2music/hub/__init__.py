"""Models in the form of the Hugging Face Hub."""
