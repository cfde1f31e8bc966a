"""Prompts: versioned, tested, pinned to a labelset."""
