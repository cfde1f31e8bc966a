"""What came from what, from the source row to the exported file."""
