"""The table in text, and what it comes to."""

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tests.faults.peers import PEERS, Verdicts
from tests.faults.rows import NOT_INSTALLED, Row

COLUMNS = ("kind", "fault", "caught by", "networks", "seconds", "smallest", *PEERS)


def in_text(found: Sequence[Row]) -> str:
    """A line a fault, in columns as wide as they must be."""
    cells = [COLUMNS, *map(_cells, found)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells
    )


def _cells(row: Row) -> tuple[str, ...]:
    by = f"{row['theorem']} {row['by']}" if row["theorem"] != row["by"] else row["by"]
    return (
        row["kind"],
        row["name"],
        by if row["caught"] else "ESCAPED",
        str(row["networks"] or ""),
        f"{row['seconds'] - row['compiling']:.1f}",
        "-".join(map(str, row["widths"])),
        *(_said(row["peers"].get(peer)) for peer in PEERS),
    )


def _said(verdict: Any) -> str:
    if verdict is None or verdict == NOT_INSTALLED:
        return verdict or ""
    return f"{'yes' if verdict['detected'] else 'no'} ({verdict['networks']})"


def summary(found: Sequence[Row], right: Mapping[str, Verdicts]) -> str:
    """How many faults were caught, how fast, and how the peers did."""
    kinds = Counter(row["kind"] for row in found)
    here = [row["seconds"] - row["compiling"] for row in found if row["caught"]]
    slowest = max(found, key=lambda row: row["seconds"])
    lines = [
        f"{sum(row['caught'] for row in found)} of {len(found)} faults were caught "
        f"({', '.join(f'{kind} {number}' for kind, number in kinds.items())}); "
        f"{sum(bool(row['source']) for row in found)} re-create faults that people reported.",
        f"Seconds of the processor until then: median {statistics.median(here or [0]):.2f} after compiling; at most "
        f"{slowest['seconds']:.1f} in all ({slowest['name']}).",
    ]
    for peer in PEERS:
        said = [row["peers"][peer] for row in found if isinstance(row["peers"].get(peer), dict)]
        if said and peer in right:
            wrong, networks = sum(right[peer].rejected), len(right[peer].rejected)
            lines.append(
                f"{peer} detected {sum(each['detected'] for each in said)} of {len(said)} faults, and rejected {wrong} of "
                f"{networks} networks on right code."
            )
    return "\n".join(lines)
