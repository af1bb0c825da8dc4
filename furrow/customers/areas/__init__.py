"""Regions as a market to open: level sought, coverage, order of opening and the completeness an area needs first (P1.1, P1.7)."""
