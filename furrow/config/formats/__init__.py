"""How dates and numbers are typed and shown in form fields (writing.md)."""
