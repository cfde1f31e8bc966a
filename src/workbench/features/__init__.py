"""The product, upstream to downstream; each feature imports only those before it."""
