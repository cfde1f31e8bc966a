"""The command line; speaks only through the SDK."""
