"""Rows of the table: what became of each fault, here and with the peers, as builtin types."""

import dataclasses
import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.faults.catch import Catch, caught
from tests.faults.fault import Fault
from tests.faults.peers import PEERS, Verdicts, verdicts
from tests.faults.plant import planted

PAIRS = ("forward", "backprop", "activation", "loss", "at a point")
"""Kinds of faults that give a loss and a gradient for the peers to check."""

NOT_INSTALLED = "not installed"

Row = Mapping[str, Any]


def rows(faults: Sequence[Fault], right: Mapping[str, Verdicts], seconds: float, *, smallest: bool) -> Iterator[Row]:
    """A row a fault; each peer that was tried on right code gets so many seconds of the processor."""
    for fault in faults:
        found = caught(fault, smallest=smallest)
        beside = _by_peers(fault, right, seconds) if fault.kind in PAIRS else {}
        yield {**_described(fault), **_of(found), "peers": beside}


def on_right_code(faults: Sequence[Fault], seconds: float) -> dict[str, Verdicts]:
    """What the peers that are installed say where nothing is wrong, in four times as many seconds.

    None is asked where there are no seconds, or nothing for it among the faults.
    """
    asked = seconds > 0 and any(fault.kind in PAIRS for fault in faults)
    there = [peer for peer, (package, _) in PEERS.items() if asked and importlib.util.find_spec(package) is not None]
    return {peer: verdicts(peer, 4 * seconds) for peer in there}


def _by_peers(fault: Fault, right: Mapping[str, Verdicts], seconds: float) -> dict[str, Any]:
    if not right:
        return {}
    with planted(fault.edits):
        found = {peer: verdicts(peer, seconds) for peer in right}
    said = {
        peer: {"detected": each.detects(right[peer]), "networks": len(each.rejected)} for peer, each in found.items()
    }
    return {peer: said.get(peer, NOT_INSTALLED) for peer in PEERS}


def _described(fault: Fault) -> dict[str, Any]:
    kept = ("name", "kind", "size", "source")
    return {name: getattr(fault, name) for name in kept} | {"theorem": fault.caught_by}


def _of(found: Catch) -> dict[str, Any]:
    return dataclasses.asdict(found) | {"widths": list(found.widths), "caught": bool(found.by)}
