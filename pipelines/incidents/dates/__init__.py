"""Days as news writes them, and the day of an incident among them."""
