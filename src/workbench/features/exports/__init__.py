"""Files of approved, allowed pairs: split, written, explained, traceable to every source row."""
