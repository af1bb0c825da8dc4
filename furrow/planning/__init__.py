"""The four-week plan: visit rules per grade, cycles, planned visits, and turning customers into a routing problem (P4)."""
