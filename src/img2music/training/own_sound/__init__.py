"""The decoder learns the sound of the user's own music: its end alone, so that all latents stay what they are."""
