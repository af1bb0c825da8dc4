"""What everything needs: base model, audit entry, background jobs, regions, positions, work calendar, text folding, sheets, template tags."""
