"""Who did what to whom: noun phrases, clauses, parties and sides."""
