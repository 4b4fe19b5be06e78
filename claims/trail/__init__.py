"""What can be proved: hash chains of events, their seals, search and verification."""
