"""What is known of the program's two loops over the layers: by numbers, and by traces."""

import dataclasses
from typing import Literal

from symmetry.formal.example import Comparison, Results, compared
from symmetry.formal.recursion import backprop_results, forward_results
from symmetry.formal.traces import Traces, traced
from symmetry.own_backprop import current


@dataclasses.dataclass(frozen=True)
class Loop:
    """A loop: whether it is the recursion, and if so the traces that show it and the numbers that it returned."""

    module: str
    outcome: Literal["same", "by laws", "differs", "unknown"]
    traces: Traces
    numbers: Comparison
    words: str = ""


def forward_loop() -> Loop:
    """That of the forward pass, in `forward` and `batch_loss`."""
    return _loop("ForwardTraces", "forward and batch_loss (symmetry/network.py)", forward_results)


def backprop_loop() -> Loop:
    """That of `backprop`, or of what stands in for it."""
    own = current()
    given = [name for name in ("backprop", "backpropagate") if own is not None and name in own.functions]
    alone = own is not None and own.functions.keys() == {"backprop"}
    where = str(own) if alone else f"{own}.{given[0]}" if given else "backprop (symmetry/network.py)"
    return _loop("BackpropTraces", where, backprop_results)


def _loop(module: str, where: str, results: Results) -> Loop:
    numbers, traces = compared(results), traced(results)
    if numbers.outcome == "differs":
        return Loop(module, "differs", traces, numbers, f"{where} differs from what was proved: {numbers.words}.")
    if numbers.outcome == "raises":
        return Loop(module, "unknown", traces, numbers, f"{where} cannot be told: {numbers.words}.")
    if traces.outcome == "unknown":
        words = f"{where} cannot be told: {traces.words}. On natural numbers it agrees, from 1 to 12 layers."
        return Loop(module, "unknown", traces, numbers, words)
    words = f"{where} equals what was proved only by the laws of + and *, which this theorem does not suppose."
    return Loop(module, traces.outcome, traces, numbers, words if traces.outcome == "by laws" else "")
