"""What customers owe: invoices, payments and their allocation, an append-only ledger whose sum is the balance, credit limits and
holds, collecting (P6.2, P6.3). Deliveries and orders lie above; what they owe us enters the credit check through settings.EXPOSURE_PARTS."""
