"""Numbers that the runtime gives for fixed small inputs, so that no constant changes unnoticed.

`python -m tests.pinned` writes them down anew. A change of one is a change of what pictures are taken for or of how
music sounds, and needs a line in CHANGELOG.md. They are kept to six digits and compared to 1e-4 of their size, since
processors round differently.
"""
