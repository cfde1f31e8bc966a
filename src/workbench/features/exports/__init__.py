"""Files of labeled and allowed pairs: split, written, explained, traceable to every source row."""
