"""A corpus of planted faults: named one-line changes of the running program, each with the theorem that rejects it."""
