"""DATA: what training makes of inputs in other coordinates (maes2025understanding, kingma2015adam)."""

import dataclasses
from typing import Annotated

from proofs.derivations import turned_inputs as derivations
from proofs.exact_networks import exact_batch, exact_network
from proofs.turns import Mirror, SignedOrder, draw_mirror, draw_signed_order
from symmetry.activation import reciprocal_square_root
from symmetry.architecture import Architecture
from symmetry.array import pytree
from symmetry.cases import case_kind
from symmetry.network import Batch, HasLayers, Layer, Network, backprop, forward, map_parameters
from symmetry.numbers.symbol import Symbol
from symmetry.source import Source
from symmetry.statements.theorem import WIDE, theorem
from symmetry.training import ElementwiseRule, gradient_step

INVERSE_RATE = 16
"""The step size of gradient descent is 1/16."""


@pytree
class InputTurns:
    """Two orthogonal maps of the inputs: any mirror, and a signed order of them."""

    mirror: Mirror
    order: SignedOrder


@case_kind(InputTurns)
def _(source: Source, architecture: Architecture, name: str) -> InputTurns:
    inputs = architecture.widths[0]
    return InputTurns(draw_mirror(source, name, inputs), draw_signed_order(source, name, inputs))


OddRuleByTanh = Annotated[ElementwiseRule, "tanh"]
"""An odd update rule: in floats u is tanh, one function in the place of a choice, so that kernels stay small."""


@case_kind(OddRuleByTanh)
def _(source: Source, architecture: Architecture, name: str) -> ElementwiseRule:
    return ElementwiseRule(source.activation(name, "tanh", family="odd"))


def turned(network: Network, turn, **how: int) -> Network:
    """The network whose first weights are Q^T W: Q is a signed order, or a mirror, which is its own transpose."""
    first, *others = network.layers
    matrix = turn.turn_columns(first.weight, **how)
    return dataclasses.replace(network, layers=(Layer(matrix, first.bias), *others))


def of_turned(batch: Batch, turn, **how: int) -> Batch:
    """The batch whose inputs are x Q."""
    return Batch(turn.turn_rows(batch.x, **how), batch.y)


def adams_first_step(network: Network, gradient: HasLayers) -> Network:
    """Adam's first step of size 1 with epsilon = 0: each parameter moves by its gradient over the gradient's own size."""
    return map_parameters(
        lambda parameter, slope: parameter - slope * reciprocal_square_root(slope * slope), network, gradient
    )


def adam_commutes_with_a_rotation():
    """One layer of two inputs, and the rotation by (3, 4) / 5."""
    rotation = Symbol.of([[3, 4], [-4, 3]]) / 5
    network, batch = exact_network([[[0], [0]]]), exact_batch([[1, 2]], [[-1]])
    (weight,) = [layer.weight for layer in network.layers]
    elsewhere = dataclasses.replace(network, layers=(Layer(rotation.T @ weight),))
    after = adams_first_step(elsewhere, backprop(elsewhere, Batch(batch.x @ rotation, batch.y)))
    expected = adams_first_step(network, backprop(network, batch))
    return after.layers[0].weight, rotation.T @ expected.layers[0].weight


@theorem(
    "DATA.1",
    title="Gradient descent does not see an orthogonal map of the inputs, and Adam does not see a signed order of them",
    statement=r"Q^T Q = 1,\ x \to xQ,\ W^1 \to Q^T W^1: \quad f(Q^T\theta, xQ) = f(\theta, x), \quad "
    r"\theta - \eta \nabla L \to Q^T (\theta - \eta \nabla L); \quad "
    r"\theta + u(\nabla L) \to Q^T (\theta + u(\nabla L)) \text{ if } Q \text{ is a signed order and } u \text{ is odd}",
    hypotheses="the same Q for every example and step; any activations and loss, differentiable where they are evaluated; u acts "
    "on each parameter's own gradients, as Adam does: then Q has to be a permutation matrix times signs (pixels in another "
    f"order), and a rotation is refuted; one step, and so any number of them; tried on mirrors Q, eta = 1/{INVERSE_RATE}",
    cites=("maes2025understanding", "kingma2015adam"),
    controls={"Q not orthogonal": dict(times=1)},
    derivation=derivations.turned_inputs,
    # Of three inputs every order that is drawn is its own inverse.
    architectures=(Architecture((4, 3, 2), hidden="tanh", output="identity", loss="half_squared_error"),),
    dtypes=WIDE,
    refutes={"Adam commutes with a rotation of the inputs": adam_commutes_with_a_rotation},
)
def training_does_not_see_an_orthogonal_map_of_the_inputs(
    network: Network, turns: InputTurns, batch: Batch, rule: OddRuleByTanh, *, times: int = 2
):
    """With 1 in the place of 2 the mirror's matrix is a projection."""
    mirror, order = turns.mirror, turns.order
    here = backprop(network, batch)
    seen, inputs = turned(network, mirror, times=times), of_turned(batch, mirror, times=times)
    ordered = turned(network, order)
    left = (
        forward(seen, inputs.x),
        gradient_step(seen, backprop(seen, inputs), INVERSE_RATE).layers,
        rule.step(ordered, backprop(ordered, of_turned(batch, order))).layers,
    )
    right = (
        forward(network, batch.x),
        turned(gradient_step(network, here, INVERSE_RATE), mirror, times=times).layers,
        turned(rule.step(network, here), order).layers,
    )
    return left, right
