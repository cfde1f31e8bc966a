"""Which models may be called, and how much they may see."""
