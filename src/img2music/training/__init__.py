"""Training runs, model by model; each has a network, a dataset, a module and a run."""
