"""What the public sees: lists frozen and published, objections, results."""
