"""Who shows what and who does what in the background, as plain tables of dotted paths. A room below never imports one above; it is wired here."""

# Records by name: background work and the API find a kind of record here.
RECORDS = {
    "customers": "furrow.customers.pages.RECORD",
    "products": "furrow.catalog.pages.RECORD",
    "books": "furrow.books.pages.RECORD",
    "people": "furrow.team.pages.RECORD",
}

# Panels of a record's page, from all rooms: each `(request, thing) -> Panel | None`.
RECORD_PANELS = {
    "customers": [
        "furrow.customers.pages.basics_panel",
        "furrow.customers.pages.position_panel",
        "furrow.assessment.pages.grade_panel",
        "furrow.planning.pages.next_visits_panel",
        "furrow.books.pages.book_panel",
    ],
    "products": [
        "furrow.catalog.pages.facts_panel",
        "furrow.catalog.pages.prices_panel",
        "furrow.books.pages.product_panel",
    ],
    "books": ["furrow.books.pages.line_panel"],
    "people": ["furrow.team.pages.facts_panel", "furrow.team.pages.day_panel"],
}

# How the rows of other rooms follow when two customers become one (customers/relations.py): move is what all others do.
MERGE_RELATIONS: dict[str, str] = {
    "planning.unplacedvisit.customer": "leave",  # what the planner said of the record at that time
}

# Steps of background jobs by kind (kit/jobs.py).
JOB_STEPS = {
    "customers.duplicates": "furrow.customers.tasks.scan_step",
    "records.import": "furrow.records.tasks.import_step",
    "planning.cycle": "furrow.planning.tasks.cycle_step",
    "planning.rep": "furrow.planning.tasks.rep_step",
}
