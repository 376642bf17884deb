"""`python -m tests.faults`: plants every fault, and prints what caught it, when, and what the peers say."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from symmetry.files import require_writable, write_atomically
from tests.faults.corpus import every_fault
from tests.faults.figure import shares_caught
from tests.faults.rows import on_right_code, rows
from tests.faults.table import in_text, summary

HELP = """Plants every fault of the corpus in the running program, one at a time, and gathers the evidence of the theorem
that must catch it, as `symmetry prove` does at its default budget; of faults of the engine, the run's own audit. Beside it,
check_grads of JAX, gradcheck of PyTorch and chex.assert_trees_all_close get the same loss and gradient, on faults and on
right code; a peer has detected a fault where it rejects a network that it accepts without the fault. Everything is
deterministic but the seconds. Exits 1 if a fault escapes."""

EXAMPLES = """Examples: `python -m tests.faults --only tanh`; `python -m tests.faults --kind engine --seconds 0`;
`python -m tests.faults --json faults.json --figure faults.svg`."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m tests.faults", description=HELP, epilog=EXAMPLES)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows to this file, after each fault")
    parser.add_argument("--only", default="", metavar="PART", help="faults whose name holds this text")
    parser.add_argument("--kind", default="", metavar="KIND", help="faults of this kind, such as loss")
    parser.add_argument("--figure", type=Path, metavar="FILE.svg", help="draw the share caught against time and size")
    parser.add_argument("--seconds", type=float, default=1, metavar="S", help="of the processor for each peer; 0: none")
    parser.add_argument(
        "--no-smallest", action="store_true", help="look for no smallest counterexamples, which is slow"
    )
    asked = parser.parse_args(arguments)
    chosen = [each for each in every_fault() if asked.only in each.name and asked.kind in ("", each.kind)]
    if not chosen:
        parser.error(
            f"no fault has {asked.only!r} in its name and is of kind {asked.kind!r}; leave --only or --kind out."
        )
    try:
        for file in filter(None, (asked.json, asked.figure)):
            require_writable(file)
    except ValueError as error:
        parser.error(str(error))
    found, right = [], on_right_code(chosen, asked.seconds)
    for row in rows(chosen, right, asked.seconds, smallest=not asked.no_smallest):
        found.append(row)
        print(f"{len(found)} of {len(chosen)}: {row['name']}", file=sys.stderr)
        if asked.json:
            write_atomically(asked.json, json.dumps({"seconds": asked.seconds, "faults": found}, indent=1) + "\n")
    print(in_text(found))
    print(summary(found, right))
    if asked.json:
        said = {peer: {"networks": len(each.rejected), "rejected": sum(each.rejected)} for peer, each in right.items()}
        content = {"seconds": asked.seconds, "faults": found, "on_right_code": said}
        write_atomically(asked.json, json.dumps(content, indent=1) + "\n")
    if asked.figure:
        write_atomically(asked.figure, shares_caught(found))
    return int(not all(row["caught"] for row in found))


if __name__ == "__main__":
    sys.exit(main())
