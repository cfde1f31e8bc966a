"""Sample data the workbench draws itself, offline and always the same from the same seed."""
