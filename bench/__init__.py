"""Measurements: `python -m bench NAME [--full] [--json]`. A measurement is a module here with `measures(full)`."""
