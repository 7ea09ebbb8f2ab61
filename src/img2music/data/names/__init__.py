"""Names of artists and works, and the genres that they suggest."""
