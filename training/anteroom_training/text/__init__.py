"""From files and seeds to token sequences."""
