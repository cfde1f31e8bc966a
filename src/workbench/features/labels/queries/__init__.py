"""Every statement on labelsets, canonical labels and annotations."""
