"""Import of lists: upload, matching of columns, check, run in the background, result with error file and undo.

Knows no kind of record: what a row means, and how it is written, is the record's `Importer` (importer.py).
"""
