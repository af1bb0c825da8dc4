"""Everyday pages as functions `(request, record, pk)`, for a room that does something of its own before or after one of them."""

from furrow.records.views import form_page, page

__all__ = ["form_page", "page"]
