"""From a score to the sound: neural synthesis of latents, conditioned on the notes and on the mix."""
