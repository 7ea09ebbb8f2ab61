"""The paper's VAE of waveforms."""
