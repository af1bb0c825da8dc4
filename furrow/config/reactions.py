"""Which rooms react to what happens below them: event -> functions, called in this order inside the transaction of the event.

customers.imported    (pairs: list[tuple[customer id, grade A-D]], *, by, source: UUID of the import, new: ids it made): an import brought grades
customers.import_undone    (ids: list[customer id], *, source): what an import wrote to these customers was put back
customers.merged    (merge: CustomerMerge): two customers became one, all rows have moved
customers.merge_undone    (merge: CustomerMerge): they are two again
assessment.assessed    (ids: list[customer id], card_code: str, *, by): the current classes of these customers by this card are others
visits.finished    (record: ContactRecord, *, by): a visit ended, or was entered at the desk
visits.missed    (missed: MissedVisit, *, by): a visit could not be made
planning.cycle.stopped    (job): the job of a cycle was cancelled or stopped by an error
"""

REACTIONS: dict[str, list[str]] = {
    "customers.imported": ["furrow.assessment.services.take_imported_grades"],
    "customers.import_undone": ["furrow.assessment.services.withdraw_imported_grades"],
    "customers.merged": [
        "furrow.books.services.customers_merged",
        "furrow.receivables.merging.customers_merged",
        "furrow.attachments.services.customers_merged",
        "furrow.assessment.services.customers_merged",
    ],
    "customers.merge_undone": [
        "furrow.books.services.customers_merged",
        "furrow.orders.deliveries.merge_undone",
        "furrow.receivables.merging.merge_undone",
        "furrow.attachments.services.merge_undone",
        "furrow.assessment.services.customers_merged",
    ],
    "assessment.assessed": [],
    "planning.cycle.stopped": ["furrow.planning.tasks.cycle_ended"],
}
