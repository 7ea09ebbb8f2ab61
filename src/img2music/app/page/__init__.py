"""What visitors see: the components of the page, its settings and its spectrograms."""
