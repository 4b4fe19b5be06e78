"""What offices decide: one decision a transaction, meetings, examination, and taking back."""
