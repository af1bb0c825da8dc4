"""Everyday pages once: a Record declares what a kind of record is, and gets list, page, form, import, export and print."""
