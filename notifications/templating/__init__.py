"""Templates of letters: the program's own, the county's in their place, and what either may hold."""
