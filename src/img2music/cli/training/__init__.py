"""`train` and `export` on the command line."""
