"""`python -m symmetry` is the `symmetry` command."""

import sys

if not sys.flags.safe_path:
    sys.path.append(sys.path.pop(0))  # the current folder, whose files must not hide installed modules

from symmetry.cli import main

if __name__ == "__main__":
    main()
