"""Evidence: what was found out about each statement, and how it is written down. A file a kind, in `kinds`."""
