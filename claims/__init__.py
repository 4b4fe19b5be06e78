"""Use cases and records: one transaction a decision, the claim, its event and what is owed written together."""
