"""Which rooms react to what happens below them: event -> functions, called in this order inside the transaction of the event.

customers.imported    (pairs: list[tuple[customer id, grade A-D]], *, by): an import brought grades along
"""

REACTIONS: dict[str, list[str]] = {
    "customers.imported": ["furrow.assessment.services.take_imported_grades"],
}
