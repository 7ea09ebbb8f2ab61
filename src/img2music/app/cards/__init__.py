"""The cards of the page: what is shown of a snippet, and what can be done with it there."""
