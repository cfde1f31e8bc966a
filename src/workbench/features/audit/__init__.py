"""What happened: append-only events, sealed in a hash chain."""
