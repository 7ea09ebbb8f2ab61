"""From a score to its sound: the network that gives the mean of the latents, and the flow on top of it."""
