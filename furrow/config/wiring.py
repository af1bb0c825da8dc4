"""Who shows what and who does what in the background, as plain tables of dotted paths. A room below never imports one above; it is wired here."""

# Records by name: background work and the API find a kind of record here.
RECORDS = {
    "contacts": "furrow.contacts.pages.RECORD",
    "customers": "furrow.customers.pages.RECORD",
    "products": "furrow.catalog.pages.RECORD",
    "books": "furrow.books.pages.RECORD",
    "orders": "furrow.orders.pages.ORDERS",
    "deliveries": "furrow.orders.pages.DELIVERIES",
    "pricelists": "furrow.orders.pages.PRICE_LISTS",
    "accounts": "furrow.receivables.pages.ACCOUNTS",
    "invoices": "furrow.receivables.pages.INVOICES",
    "payments": "furrow.receivables.pages.PAYMENTS",
    "people": "furrow.team.pages.RECORD",
}

# Panels of a record's page ("name") and of its tabs ("name:tab"), from all rooms: each `(request, thing) -> Panel | list[Panel] | None`.
RECORD_PANELS = {
    "customers": [
        "furrow.customers.card.pages.basics_panel",
        "furrow.customers.card.pages.learn_panel",
        "furrow.customers.card.pages.timeline_panel",
        "furrow.receivables.pages.money_stat",
        "furrow.customers.pages.position_panel",
        "furrow.assessment.pages.grade_panel",
        "furrow.planning.pages.next_visits_panel",
        "furrow.contacts.pages.stakeholders_panel",
    ],
    "products": [
        "furrow.catalog.pages.facts_panel",
        "furrow.catalog.pages.prices_panel",
        "furrow.books.pages.product_panel",
        "furrow.attachments.pages.files_panel",
    ],
    "books": ["furrow.books.pages.line_panel"],
    "orders": ["furrow.orders.pages.order_panels", "furrow.attachments.pages.files_panel"],
    "deliveries": ["furrow.orders.pages.delivery_panels", "furrow.attachments.pages.files_panel"],
    "pricelists": ["furrow.orders.pages.price_list_panels"],
    "accounts": ["furrow.receivables.pages.account_panels"],
    "invoices": ["furrow.receivables.pages.invoice_panels"],
    "payments": ["furrow.receivables.pages.payment_panels", "furrow.attachments.pages.files_panel"],
    "contacts": [
        "furrow.contacts.pages.facts_panel",
        "furrow.contacts.pages.customers_panel",
        "furrow.contacts.pages.profile_panel",
        "furrow.contacts.pages.privacy_panel",
    ],
    "customers:facts": ["furrow.customers.card.pages.facts_panels", "furrow.attachments.pages.files_panel"],
    "customers:company": ["furrow.customers.card.pages.company_panels"],
    "customers:terms": ["furrow.customers.card.pages.terms_panels"],
    "customers:results": [
        "furrow.customers.card.pages.results_panels",
        "furrow.assessment.pages.grade_panel",
        "furrow.books.pages.book_panel",
        "furrow.orders.pages.customer_panel",
    ],
    "customers:people": ["furrow.customers.card.pages.people_panels"],
    "customers:timeline": ["furrow.customers.card.pages.timeline_panel"],
    "people": ["furrow.team.pages.facts_panel", "furrow.team.pages.day_panel"],
}

# Groups of the customer card that are never typed (P1.2): each `(request, customer) -> Panel | None`; None: no room keeps that book yet.
CARD_GROUPS: dict[str, str | None] = {
    "results": "furrow.assessment.pages.results_panel",
    "credit": "furrow.assessment.pages.credit_panel",
    "contribution": "furrow.receivables.pages.contribution_panel",
    "complaints": None,
    "relationship": "furrow.assessment.pages.relationship_panel",
    "yearly": "furrow.assessment.pages.yearly_panel",
    "stakeholders": "furrow.contacts.pages.stakeholders_panel",
}

# What customers will owe us by rooms above the receivables: each `(customer ids) -> {id: credit.Parts}`; part of every credit check.
EXPOSURE_PARTS = ["furrow.orders.queries.exposure_parts"]
# Credit class of customers: `("credit_5c", ids) -> {id: standing}` with grade and values (limit, term_days); None: no class counts.
CREDIT_STANDING: str | None = "furrow.assessment.queries.standing"

# Facts that fill in criteria of scorecards (assessment/facts.py): each `(customer_ids, as_of) -> {customer_id: kit.facts.Fact}`; None: no
# room keeps that book yet, which the cards say aloud.
FACTS: dict[str, str | None] = {
    "sales.year": "furrow.books.facts.sales_year",
    "sales.growth": "furrow.books.facts.sales_growth",
    "sales.sell_through": "furrow.books.facts.sell_through_year",
    "payment.late_days": "furrow.receivables.facts.late_days",
    "receivables.overdue": "furrow.receivables.facts.overdue",
    "complaints.year": None,
    "customer.contacts": "furrow.contacts.facts.contacts_known",
    "customer.years": "furrow.customers.facts.years_of_business",
}

# What happened to a customer, from all rooms: each `(customer, user, window, limit) -> list[Event]` (customers/timeline.py).
TIMELINE = [
    "furrow.customers.card.words.audit_events",
    "furrow.assessment.pages.timeline_events",
    "furrow.receivables.pages.timeline_events",
    "furrow.orders.pages.timeline_events",
    "furrow.planning.pages.timeline_events",
]

# How the rows of other rooms follow when two customers become one (customers/relations.py): move is what all others do.
MERGE_RELATIONS: dict[str, str] = {
    "receivables.account.customer": "leave",  # worked out anew from what moved
    "customers.archivestate.customer": "leave",  # worked out anew by the next count
    "planning.unplacedvisit.customer": "leave",  # what the planner said of the record at that time
}

# What is held of a person, in the order in which an erasure removes it (contacts/person.py). Text and JSON columns of all rooms are swept
# by TEXTS; a room that keeps a person's data in files, sealed or encoded adds its own holder before it.
PERSON_DATA = [
    "furrow.contacts.holders.IMPORTS",
    "furrow.contacts.holders.SEARCH",
    "furrow.contacts.holders.HISTORY",
    "furrow.contacts.holders.CONTACT",
    "furrow.contacts.holders.SESSIONS",
    "furrow.contacts.holders.VIEWS",
    "furrow.contacts.holders.TEXTS",
]

# Steps of background jobs by kind (kit/jobs.py).
JOB_STEPS = {
    "customers.archives": "furrow.customers.tasks.count_step",
    "customers.duplicates": "furrow.customers.tasks.scan_step",
    "records.import": "furrow.records.tasks.import_step",
    "planning.cycle": "furrow.planning.tasks.cycle_step",
    "planning.rep": "furrow.planning.tasks.rep_step",
}
