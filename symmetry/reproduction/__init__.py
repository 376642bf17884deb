"""Reproduction: a record is run again, and every line of it compared with what comes out now."""
