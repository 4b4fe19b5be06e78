"""The ways in which letters leave, behind one protocol."""
