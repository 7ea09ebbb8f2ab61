"""The paper's experiments in one run, with a report that puts its figures beside ours."""
