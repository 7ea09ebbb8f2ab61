"""The page: a picture is dropped, its music is played, compared and kept. Gradio is imported when it is opened."""
