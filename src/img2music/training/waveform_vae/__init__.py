"""The paper's VAE of samples."""
