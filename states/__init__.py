"""The domain: what a claim is, how it moves and what it is worth. Pure values and rules, no I/O."""
