"""The web server of the page: allowed addresses, limits, uploads, and shutdown."""
