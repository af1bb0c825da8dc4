"""Fields that a company defines for itself, per kind of customer: what they are, their values, and how lists narrow by them."""
