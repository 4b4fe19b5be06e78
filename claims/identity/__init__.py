"""Who people are: accounts, roles, absences, sign-in, and who may see which claim."""
