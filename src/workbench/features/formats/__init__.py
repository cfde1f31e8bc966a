"""Interchange files: a shelf with one file per format."""
