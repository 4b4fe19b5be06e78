"""The HTTP API, version 1: the same JSON as the command line, for programs with a bearer token."""
