"""From a feature vector to samples: the bank of known embeddings, perturbation, flow and codec."""
