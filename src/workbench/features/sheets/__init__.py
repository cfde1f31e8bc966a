"""Sheets: named, versioned pointers to source data, and reading their items."""
