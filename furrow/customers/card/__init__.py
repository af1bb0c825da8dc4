"""客户资料卡: the seventeen groups of the customer card and the facts of each kind of customer (P1.2, P1.3).

groups.py declares them, models.py holds what is typed, services.py changes, confirms and takes back, completeness.py says what to learn next,
timeline.py tells what happened, pages.py and views.py show it.
"""
