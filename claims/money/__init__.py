"""Where the money is: the budget as double entries, payout batches, the bank's answers."""
