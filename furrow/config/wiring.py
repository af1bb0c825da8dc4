"""Who shows what and who does what in the background, as plain tables of dotted paths. A room below never imports one above; it is wired here."""

# Records by name: background work and the API find a kind of record here.
RECORDS = {
    "contacts": "furrow.contacts.pages.RECORD",
    "customers": "furrow.customers.pages.RECORD",
    "leads": "furrow.leads.pages.RECORD",
    "referrals": "furrow.leads.referral_pages.REFERRALS",
    "products": "furrow.catalog.pages.RECORD",
    "books": "furrow.books.pages.RECORD",
    "visits": "furrow.visits.pages.RECORD",
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
        "furrow.receivables.elsewhere.credit_panel",
        "furrow.customers.pages.position_panel",
        "furrow.assessment.pages.grade_panel",
        "furrow.planning.pages.next_visits_panel",
        "furrow.visits.pages.last_visits_panel",
        "furrow.visits.need_pages.needs_panel",
        "furrow.visits.matter_pages.matters_panel",
        "furrow.contacts.pages.stakeholders_panel",
        "furrow.leads.pages.customer_panel",
    ],
    "leads": [
        "furrow.leads.pages.facts_panel",
        "furrow.leads.pages.course_panel",
        "furrow.leads.pages.holders_panel",
        "furrow.leads.pages.similar_panel",
        "furrow.attachments.pages.files_panel",
    ],
    "products": [
        "furrow.catalog.pages.facts_panel",
        "furrow.catalog.pages.prices_panel",
        "furrow.catalog.pages.costs_panel",
        "furrow.books.pages.product_panel",
        "furrow.attachments.pages.files_panel",
    ],
    "books": ["furrow.books.pages.line_panel"],
    "orders": ["furrow.orders.pages.order_panels", "furrow.attachments.pages.files_panel"],
    "deliveries": ["furrow.orders.pages.delivery_panels", "furrow.attachments.pages.files_panel"],
    "pricelists": ["furrow.orders.pages.price_list_panels"],
    "accounts": [
        "furrow.receivables.pages.account_panels",
        "furrow.receivables.pages.promises_panel",
        "furrow.receivables.pages.habits_panel",
    ],
    "invoices": ["furrow.receivables.pages.invoice_panels"],
    "payments": ["furrow.receivables.pages.payment_panels", "furrow.attachments.pages.files_panel"],
    "contacts": [
        "furrow.contacts.pages.facts_panel",
        "furrow.contacts.pages.customers_panel",
        "furrow.visits.chart_pages.chart_panel",
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
    "visits": [
        "furrow.visits.pages.card_panel",
        "furrow.visits.pages.reflections_panel",
        "furrow.visits.pages.place_panel",
        "furrow.visits.pages.steps_panel",
        "furrow.visits.pages.split_panel",
        "furrow.visits.pages.checks_panel",
        "furrow.visits.pages.comments_panel",
        "furrow.attachments.pages.files_panel",
    ],
    "people": ["furrow.team.pages.facts_panel", "furrow.team.pages.day_panel"],
}

# Groups of the customer card that are never typed (P1.2): each `(request, customer) -> Panel | None`; None: no room keeps that book yet.
CARD_GROUPS: dict[str, str | None] = {
    "results": "furrow.assessment.pages.results_panel",
    "credit": "furrow.assessment.pages.credit_panel",
    "contribution": "furrow.receivables.elsewhere.contribution_panel",
    "complaints": "furrow.visits.matter_pages.complaints_group",
    "relationship": "furrow.assessment.pages.relationship_panel",
    "yearly": "furrow.assessment.pages.yearly_panel",
    "stakeholders": "furrow.contacts.pages.stakeholders_panel",
}

# What customers will owe us by rooms above the receivables: each `(customer ids) -> {id: credit.Parts}`; part of every credit check.
EXPOSURE_PARTS = ["furrow.orders.queries.exposure_parts"]
# Credit class of customers: `("credit_5c", ids) -> {id: standing}` with grade and values (limit, term_days); None: no class counts.
CREDIT_STANDING: str | None = "furrow.assessment.queries.standing"

# Figures in the head of a customer's page beside its grade: each `(request, customer) -> Figure | None`; None: no room keeps that book yet,
# which the page says (customers/card/header.py).
CARD_FIGURES: dict[str, str | None] = {
    "credit": "furrow.assessment.pages.credit_figure",
    "relationship": "furrow.assessment.pages.relationship_figure",
    "due": "furrow.receivables.elsewhere.due_figure",
    "complaints": "furrow.visits.matter_pages.complaints_figure",
}

# Facts that fill in criteria of scorecards (assessment/facts.py): each `(customer_ids, as_of) -> {customer_id: kit.facts.Fact}`; None: no
# room keeps that book yet, which the cards say aloud.
FACTS: dict[str, str | None] = {
    "sales.year": "furrow.books.facts.sales_year",
    "sales.growth": "furrow.books.facts.sales_growth",
    "sales.sell_through": "furrow.books.facts.sell_through_year",
    "payment.late_days": "furrow.receivables.facts.late_days",
    "contribution.year": "furrow.receivables.facts.contribution",
    "receivables.overdue": "furrow.receivables.facts.overdue",
    "promises.kept": "furrow.receivables.facts.promises_kept",
    "complaints.year": "furrow.visits.facts.complaints",
    "customer.contacts": "furrow.contacts.facts.contacts_known",
    "customer.years": "furrow.customers.facts.years_of_business",
    "customer.completeness": "furrow.customers.facts.card_completeness",
}

# Facts that not everybody may see: the right it takes. They count for all, but only as points (assessment/facts.py).
FACT_RIGHTS: dict[str, str] = {"contribution.year": "catalog.costs"}

# The rows of such groups on the printed card: each `(user, customers) -> {customer id: rows}` with the columns of customers/card/paper.py.
CARD_PAPER: dict[str, str] = {
    "results": "furrow.assessment.paper.results_on_paper",
    "credit": "furrow.assessment.paper.credit_on_paper",
    "relationship": "furrow.assessment.paper.relationship_on_paper",
    "yearly": "furrow.assessment.paper.yearly_on_paper",
    "stakeholders": "furrow.contacts.queries.people_on_paper",
}

# What became of customers, to check scorecards against (assessment/learning_queries.py): each `(customer_ids, as_of) -> {customer_id: bool}`,
# True came out well; None: no room knows yet.
OUTCOMES: dict[str, str | None] = {
    "business": "furrow.customers.facts.won_and_kept",
    "growth": "furrow.books.facts.sales_grew",
    "payment": "furrow.receivables.facts.paid_well",
}

# What happened to a customer, from all rooms: each `(customer, user, window, limit) -> list[Event]` (customers/timeline.py).
TIMELINE = [
    "furrow.customers.card.words.audit_events",
    "furrow.assessment.pages.timeline_events",
    "furrow.receivables.elsewhere.timeline_events",
    "furrow.orders.pages.timeline_events",
    "furrow.planning.pages.timeline_events",
    "furrow.visits.pages.timeline_events",
    "furrow.visits.matter_pages.timeline_events",
    "furrow.orders.pages.order_events",
    "furrow.contacts.pages.timeline_events",
    "furrow.books.pages.timeline_events",
    "furrow.config.files.timeline_events",
    "furrow.leads.pages.timeline_events",
]

# Who must be seen for money within a cycle: (customer ids) -> set of ids; None: no room keeps that book yet.
VISITS_TO_COLLECT: str | None = "furrow.receivables.collecting_plan.to_visit"
# Why a customer should be seen now, from all rooms: each `(user, customer ids) -> {id: sentence}` (planning/reasons.py).
VISIT_REASONS = ["furrow.receivables.collecting_plan.visit_reasons"]

# Visits made since a moment, for the share of an area's customers that were visited: (moment) -> queryset with `customer`.
VISITS_SINCE = "furrow.visits.queries.visits_since"

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
    "furrow.field.person.COMMANDS",
    "furrow.visits.person.CHARTS",
    "furrow.contacts.mentions.FILES",
    "furrow.contacts.mentions.TEXTS",
]

# What a room worked out from its rows' texts and works out anew when an erasure changed these: model -> function (ids).
PERSON_DERIVED = {
    "contacts.contact": "furrow.contacts.search.texts_erased",
    "customers.customer": "furrow.customers.services.texts_erased",
    "customers.companyfacts": "furrow.customers.services.texts_erased",
    "leads.lead": "furrow.leads.services.texts_erased",
}

# What the clock calls: name -> (function without arguments, minutes between calls), see kit/schedules.py.
SCHEDULES: dict[str, tuple[str, int]] = {
    "imports": ("furrow.records.tasks.forget_old_files", 24 * 60),
    "leads": ("furrow.leads.tasks.tick", 5),
}

# What customers have bought, for the revenue of lead channels: (customer ids) -> {id: Decimal}; empty while no room keeps sales.
LEAD_REVENUE = "furrow.receivables.facts.billed"

# Steps of background jobs by kind (kit/jobs.py).
JOB_STEPS = {
    "customers.archives": "furrow.customers.tasks.count_step",
    "assessment.regrade": "furrow.assessment.tasks.regrade_step",
    "customers.duplicates": "furrow.customers.tasks.scan_step",
    "records.import": "furrow.records.tasks.import_step",
    "planning.cycle": "furrow.planning.tasks.cycle_step",
    "planning.rep": "furrow.planning.tasks.rep_step",
}

# Whether a plan sends a person to a customer outside their reach: (user, customer id) -> bool.
SENT_TO = "furrow.planning.ahead.planned_for"

# What a phone may send (kit/phone.py): name of the message -> `(command) -> dict`. The app hides what it finds no name for here.
PHONE_COMMANDS = {
    "visit.check_in": "furrow.visits.phone.check_in",
    "visit.save": "furrow.visits.phone.save",
    "visit.check_out": "furrow.visits.phone.check_out",
    "visit.cannot": "furrow.visits.phone.cannot_visit",
    "store.check": "furrow.visits.phone.check_store",
    "need.answer": "furrow.visits.need_phone.answer",
    "gap.close": "furrow.visits.need_phone.close_gap",
    "doctor.examine": "furrow.visits.doctor_phone.examine",
    "doctor.diagnose": "furrow.visits.doctor_phone.diagnose",
    "doctor.prescribe": "furrow.visits.doctor_phone.prescribe",
    "doctor.close": "furrow.visits.doctor_phone.close",
    "matter.add": "furrow.visits.matter_phone.add",
    "matter.close": "furrow.visits.matter_phone.close",
    "chart.save": "furrow.visits.chart_phone.save",
    "customer.add": "furrow.field.parts.new_customer",
    "photo.attach": "furrow.field.photos.attach",
    "order.place": "furrow.orders.phone.place",
    "order.ask_release": "furrow.orders.phone.ask_release",
    "order.release": "furrow.orders.phone.decide_release",
    "delivery.sign": "furrow.orders.phone_signing.sign",
    "lead.cold_visit": "furrow.field.parts.cold_visit",
    "positions.told": "furrow.field.services.acknowledge_positions",
}

# What other rooms put into the day package (field/package.py): each `(user, ids of the customers kept in full) -> JSON`. "dues": customer id
# as text -> {"amount": "8640.00", "text": a sentence, "avoid": ["07:00", "12:00"] where there are hours not to ask}.
# "orders": {"held": orders that are held, "release": whether the person may release, "list": product id -> list price, "prices": customer id ->
# product id -> price by the price lists, "suggested": customer id -> [product id, quantity]}.
PHONE_PARTS: dict[str, str] = {
    "dues": "furrow.field.parts.dues",
    "prepared": "furrow.visits.need_phone.prepared",
    "guide": "furrow.visits.need_phone.guide",
    "needs": "furrow.visits.need_phone.answers",
    "gaps": "furrow.visits.need_phone.gaps",
    "cases": "furrow.visits.doctor_phone.cases",
    "orders": "furrow.orders.phone.order_parts",
    "deliveries": "furrow.orders.phone_signing.to_sign",
    "reasons": "furrow.planning.reasons.for_phone",
    "standard": "furrow.visits.need_phone.standard",
    "matters": "furrow.visits.matter_phone.matters",
    "charts": "furrow.visits.chart_phone.charts",
    "promises": "furrow.field.parts.promises",
}
