"""Quantities in tables of the book."""

from __future__ import annotations

from django import template

from furrow.books import figures

register = template.Library()
register.filter("units", figures.units)
register.filter("unequal", figures.difference)
register.filter("signed", figures.signed)
