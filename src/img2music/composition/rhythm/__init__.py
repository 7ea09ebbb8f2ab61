"""What musicians know of time: grooves, fills, bass lines, human timing."""
