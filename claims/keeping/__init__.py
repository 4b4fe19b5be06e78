"""What must not be lost: backups, restoring them, and the proof that they can be restored."""
