"""`python -m symmetry` is the `symmetry` command."""

from symmetry.cli import main

if __name__ == "__main__":
    main()
