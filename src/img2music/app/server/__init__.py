"""The web server of the page: addresses, limits, uploads on their way in, and its end."""
