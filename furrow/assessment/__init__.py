"""Gradings: scorecards with criteria, weights and thresholds; dated snapshots; the current grade is the latest (P3)."""
