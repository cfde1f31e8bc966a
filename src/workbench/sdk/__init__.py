"""The Python client: one file per feature, against a URL or in-process."""
