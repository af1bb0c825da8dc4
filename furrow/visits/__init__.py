"""The visit: contact records, visit steps, store checks, visits that could not be made (P5). Rooms above point to the visit in which something arose."""
