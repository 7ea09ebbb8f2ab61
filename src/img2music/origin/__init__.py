"""Where a file of music comes from: what its tags say, its sidecar, and Content Credentials."""
