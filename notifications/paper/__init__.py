"""Letters on paper: the form of GB/T 9704-2012 as PDF/A, from the same blocks as the mail."""
