"""Training Dataset Workbench: label once, reuse everywhere."""

__version__ = "0.1.0"
