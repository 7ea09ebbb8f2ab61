"""The latent flow, and its few-step distillation."""
