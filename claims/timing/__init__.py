"""What happens at its time: cycles, due slots with a rule a kind, reminders, the turn of the year."""
