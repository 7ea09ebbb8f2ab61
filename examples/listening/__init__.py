"""The page of the documentation on which music is heard, and the files that it plays."""
