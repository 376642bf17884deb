"""`python -m symmetry` is the `symmetry` command."""

from symmetry.cli import main

main()
