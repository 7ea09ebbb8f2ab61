"""The web page: drop a picture, listen to its music, compare and save it. Gradio is imported when it is opened."""
