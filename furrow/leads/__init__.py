"""Leads 线索 (P2, P7.5): inquiries, the handover sheet and its feedback, directories, referrals, cold visits, the valid-customer list,
first talks, the pool, and the step from a lead to a customer; measures per channel."""
