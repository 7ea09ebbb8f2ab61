"""Training of the decoder for 44.1 kHz stereo, from the spectrogram VAE for 22.05 kHz."""
