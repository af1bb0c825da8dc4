"""市场档案: the five archives of the market, how complete they are and when they were last confirmed (P1.1).

rules.py names the archives and averages them, counting.py keeps the figures in the background, queries.py reads them for areas and people.
"""
