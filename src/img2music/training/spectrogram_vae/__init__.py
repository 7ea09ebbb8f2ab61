"""The VAE of magnitude spectrograms."""
