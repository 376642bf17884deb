"""Networks whose hidden layer does more than in the program, and their exact gradients by SymPy."""

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np
import sympy
from sympy.core.evalf import PrecisionExhausted

from proofs.claims.units import decimals, listed, units
from proofs.exact_networks import exact_batch, exact_network
from symmetry.activation import value
from symmetry.network import Gradient, Layer, Network, backprop
from symmetry.numbers.symbol import Symbol
from symmetry.statements.claim import Instance

BATCH = exact_batch([[1, 2], [3, -1], [0, 1]], [[1], [4], [-2]])

Change = Callable[[Symbol], np.ndarray]
"""What a hidden layer does in addition: a function from an array of symbols to another."""


def tied_network(others: int = 1, hidden: str = "tanh") -> Network:
    """A 2-n-1 network whose units 1 and 2 are equal, followed by others that are not."""
    columns = [(1, "1/2", 2), (1, "1/2", 2), (2, -1, 1), (-1, 3, "1/2"), (1, 1, -1), (-2, 1, 3)][: 2 + others]
    weight = [[column[row] for column in columns] for row in (0, 1)]
    return exact_network([weight, [[column[2]] for column in columns]], hidden=hidden)


def altered(
    where: str,
    network: Network,
    *,
    before: Change = lambda z: z,
    after: Change = lambda a: a,
    penalty: Change = lambda weight: Symbol.of(0),
) -> Instance:
    """Whether units 1 and 2 have equal gradients on `BATCH`, if the hidden layer computes after(phi(before(x W))).

    The network has no biases. The penalty, a function of W, is added to the loss.
    """
    numbers = [layer.weight for layer in network.layers]
    w, v = (Symbol.named(name, array.shape) for name, array in zip("wv", numbers, strict=True))
    hidden = after(value(before(BATCH.x @ w), network.activations[0]))
    loss = (network.loss.value(hidden @ v, BATCH.y) + penalty(w)).item()
    point = {
        symbol: number
        for symbols, array in zip((w, v), numbers, strict=True)
        for symbol, number in zip(symbols.ravel(), array.ravel(), strict=True)
    }
    first, second = (symbols.map(lambda symbol: sympy.diff(loss, symbol).xreplace(point)) for symbols in (w, v))
    return compared(where, Gradient((Layer(first), Layer(second)), None))


def moved(network: Network, change: Callable[[Symbol, int], np.ndarray]) -> Network:
    """The network after each weight moved by a function of its gradient and the layer's index."""
    pairs = zip(network.layers, backprop(network, BATCH).layers, strict=True)
    layers = tuple(Layer(old.weight + change(by.weight, index)) for index, (old, by) in enumerate(pairs))
    return dataclasses.replace(network, layers=layers)


def equal(one: Sequence, other: Sequence) -> bool:
    """Whether numbers given by formulas are equal, exactly."""
    return all(a == b or not differ(a, b) for a, b in zip(one, other, strict=True))


def differ(one: sympy.Expr, other: sympy.Expr) -> bool:
    """Whether two numbers differ: two certain digits of the difference decide; without any, SymPy simplifies it."""
    try:
        return sympy.N(one - other, 2, strict=True) != 0
    except PrecisionExhausted:
        return sympy.simplify(one - other) != 0


def compared(where: str, thing: Network | Gradient) -> Instance:
    """Whether the first two units of a network after training, or of a gradient, are equal."""
    one, other, *_ = units(thing)
    what = "gradients" if isinstance(thing, Gradient) else "afterwards the numbers"
    shown = listed((decimals(one), decimals(other)), " and ")
    return Instance(where, equal(one, other), f"{what} of (w, v): {shown}")


def standardised(groups: Sequence[Sequence[int]], *, centred: bool = True, epsilon=1) -> Change:
    """In every example, brings each group of units to mean 0 (if `centred`) and variance 1.

    With one group of all units this is layer norm, without centring RMS norm, with several groups group norm. To the
    variance is added `epsilon`: 1, so that no root is of 0 and few numbers are needed.
    """

    def normalise(z: Symbol) -> Symbol:
        columns: dict[int, Symbol] = {}
        for group in groups:
            part = z[:, list(group)]
            part = part - part.sum(-1, keepdims=True) / len(group) if centred else part
            scale = ((part * part).sum(-1, keepdims=True) / len(group) + epsilon).map(sympy.sqrt)
            columns |= {unit: (part / scale)[:, place] for place, unit in enumerate(group)}
        return np.stack([columns[unit] for unit in range(z.shape[1])], axis=-1).view(Symbol)

    return normalise


def batch_standardised(z: Symbol, epsilon=1) -> Symbol:
    """Batch norm: brings every unit to mean 0 and variance 1 over the examples."""
    return standardised([range(z.shape[0])], epsilon=epsilon)(z.T).T.view(Symbol)
