"""What is in a picture, and what it makes of the music."""
