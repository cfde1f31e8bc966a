"""Where bytes live and models run: one file or shelf per outside system."""
