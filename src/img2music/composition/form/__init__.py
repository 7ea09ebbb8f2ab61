"""How music is divided into sections."""
