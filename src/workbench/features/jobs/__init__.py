"""Durable long work with progress, cancel and resume."""
