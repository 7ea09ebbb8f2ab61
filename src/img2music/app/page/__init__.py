"""What visitors see: the page's parts, its settings and its spectrogram."""
