"""The homework is for students: its template fails until it is filled in, so the project's own run passes it by.

What contributors might add is run in processes of its own, since a theorem that is imported joins the catalogue.

Named on the command line, `pytest tests/examples/homework` does run: it has a `pytest.ini` of its own.
"""

collect_ignore = ["homework", "contributions", "model"]
