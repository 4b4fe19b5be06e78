"""The policy as people ask about it: items, quotes, readings to confirm."""
