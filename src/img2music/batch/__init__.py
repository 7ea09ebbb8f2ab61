"""Music for many pictures at once."""
