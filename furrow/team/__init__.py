"""People, the team tree, roles and rights, sign-in. Who may do what stands in access.py and nowhere else."""
