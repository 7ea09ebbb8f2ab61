"""Text on a picture: detection, recognition, and which genre the text suggests."""
