"""Known tunes in the public domain, quoted where somebody asks for them."""
