"""A theorem with a derivation: the first bias undoes a shift of all inputs, as when data are centred."""

import dataclasses

from proofs.derivations.notation import *
from proofs.derivations.small_networks import batch_at, network_at
from symmetry import Batch, Layer, Network, forward, theorem
from symmetry.engine.conclude import Setting

s = array("s")
"""What is added to input i of every example."""


def shifted(at):
    """The arguments of the law at small widths, from exact rationals; the first row of the other batch is the shift."""
    network, batch = network_at(at), batch_at(at)
    return Setting({"network": network, "batch": batch, "other": Batch(at.array("s", d)[None], batch.y)}, at)


def derivation(fault=""):
    """`Step`s are equalities that SymPy checks; a `Run` ties a formula to the program, which runs on exact rationals.

    The last step is the theorem's statement: `concludes` says where the law computes its two sides, and the engine looks.
    """
    moved = total((x[n, i] + s[i]) * W[i, j], i) + b[j]
    added = total(s[i] * W[i, j], i)
    undone = moved if fault == "the bias stays" else moved - added
    yield Run(
        "With s added to every example, the program's `preactivation` of unit j is the sum of (x[n, i] + s[i]) W[i, j], and "
        "b[j].",
        lambda at: program.preactivation(
            at.array("x", N, d) + at.array("s", d), Layer(at.array("W", d, m), at.array("b", m))
        ),
        moved,
        (n, j),
        (N, d, m),
    )
    yield Step(
        "The shift adds the sum of s[i] W[i, j] to it, the same for every example ...",
        moved,
        preactivation() + added,
    )
    yield Step("... so a bias that is smaller by that sum undoes the shift.", undone, preactivation())
    yield Step(
        "Equal preactivations have equal activations, whatever phi is, so the outputs stay the same; with more layers, those get "
        "what they got before.",
        chi(total(phi(undone) * V[j, k], j) + c[k]),
        chi(total(phi(preactivation()) * V[j, k], j) + c[k]),
        concludes=Sides(shifted, indices=(n, k), widths=WIDTHS),
    )


@theorem(
    "MY.3",
    title="The first bias undoes a shift of all inputs",
    statement=r"f(W^1, b^1 - s W^1, W^2, \ldots; x + s) = f(\theta, x)",
    hypotheses="any network, batch and shift s, the same for every example; a layer without biases has biases of 0",
    controls={"the bias stays": dict(undone=False)},
    derivation=derivation,
)
def the_first_bias_undoes_a_shift_of_all_inputs(network: Network, batch: Batch, other: Batch, *, undone: bool = True):
    shift, (first, *following) = other.x[:1], network.layers
    added = (shift @ first.weight)[0]
    bias = added * -1 if first.bias is None else first.bias - added
    moved = dataclasses.replace(network, layers=(Layer(first.weight, bias), *following)) if undone else network
    return forward(moved, batch.x + shift), forward(network, batch.x)
