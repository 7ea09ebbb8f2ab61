"""How produced music sounds: measures of loudness, dynamics, spectrum and width beside those of records."""
