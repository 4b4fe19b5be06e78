"""What is owed to others: the outbox, document numbers, receipts, alerts."""
