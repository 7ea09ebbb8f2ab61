"""The paper's figures and those of the evaluation: each a function from data to a matplotlib figure."""
