"""The proof book: its pages and its figures."""
