"""The customer card: who our customers are, where they are, who looks after them; search, map and customer import."""
