"""The verbs of contributions: every write, each part of one act's transaction."""
