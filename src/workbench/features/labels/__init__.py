"""Labelsets and canonical labels: the ground truth that everything reuses."""
