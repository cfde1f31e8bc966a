"""Wiring only: builds the web application and the worker from the features."""
