"""What becomes of a piece that is there: it goes on, or a section is made anew. The rest of it stays note for note."""
