"""One file for each format of pictures: what its bytes say before they are decoded."""
