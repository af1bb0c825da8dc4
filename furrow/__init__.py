"""Furrow: the working method of a field-sales organization, as software."""

__version__ = "0.1.0"
