"""NOETHER: what follows from an invariance for the derivatives of a loss (kunin2021neural, tanaka2021noether).

The example is the invariance of networks with linear hidden layers under invertible maps of their hidden spaces.
"""

import dataclasses
import functools

import jax.numpy as jnp
import numpy as np

from proofs.derivations import noether as derivations
from proofs.equal_initialisation import linear
from proofs.hessian import hessian_times
from proofs.sums import inner_product, total
from symmetry.actions import HiddenMap, map_hidden
from symmetry.architecture import Architecture
from symmetry.array import Array
from symmetry.cases import Direction
from symmetry.network import Batch, Layer, Layered, Network, backprop, batch_loss, map_parameters
from symmetry.statements.relation import Conserved, Drift, Equal
from symmetry.statements.theorem import WIDE, theorem
from symmetry.statements.variant import PassesEmptily
from symmetry.training import gradient_step

TWO_HIDDEN_LAYERS = (Architecture((2, 3, 3, 2), batch=2),)
"""The layer between two hidden spaces is mapped from both sides."""

INVERSE_RATE = 8
"""The step size is 1/8."""


def by_the_transpose(g: HiddenMap, gradient):
    return g.transpose.act(gradient)


@theorem(
    "NOETHER.1",
    title="Along an invariance the gradient and the Hessian change as the inverse transpose does",
    statement=r"L \circ g = L \;\Rightarrow\; \nabla L(g\theta) = g^{-T} \nabla L(\theta), \quad "
    r"H(g\theta) = g^{-T} H(\theta)\, g^{-1}",
    hypotheses="g linear and invertible; L twice differentiable where it is evaluated; tried on maps of the hidden spaces of "
    "linear networks, with any output activation and loss",
    cites=("kunin2021neural", "zhao2023symmetries"),
    controls={"g^T": dict(on_gradient=by_the_transpose)},
    derivation=derivations.covariance,
    architectures=TWO_HIDDEN_LAYERS,
    dtypes=WIDE,
)
def gradient_and_hessian_change_as_the_inverse_transpose_does(
    network: Network, g: HiddenMap, direction: Direction, batch: Batch, *, on_gradient=HiddenMap.act_on_gradient
):
    symmetric = linear(network)
    mapped = g.act(symmetric)
    curved = hessian_times(symmetric, batch, direction.layers)
    return [
        Equal(batch_loss(mapped, batch), batch_loss(symmetric, batch)),
        Equal(backprop(mapped, batch).layers, on_gradient(g, backprop(symmetric, batch)).layers),
        Equal(hessian_times(mapped, batch, g.act(direction).layers).layers, on_gradient(g, curved).layers),
    ]


def inner_products_of_layers(one, other):
    """<one, other> of every layer: shape (layers,)."""
    places = np.eye(len(one.layers), dtype=int)
    layers = zip(one.layers, other.layers, places, strict=True)
    return total([inner_product([first], [second])[None] * place for first, second, place in layers])


def off_by_one_entry(g: HiddenMap, network: Network):
    """The motion after 1 is added to the first entry of the first hidden space's matrix, for the incoming weights only."""
    motion: Network = g.generate(network)
    first, moved = network.layers[0], motion.layers[0]
    entry = (jnp.arange(first.weight.shape[1]) == 0).astype(int)
    bias = None if first.bias is None else moved.bias + first.bias * entry
    return dataclasses.replace(motion, layers=(Layer(moved.weight + first.weight * entry, bias), *motion.layers[1:]))


@theorem(
    "NOETHER.2",
    title="The gradient is orthogonal to the motion that an invariance generates",
    statement=r"L(e^{tA}\theta) = L(\theta) \text{ for all } t \;\Rightarrow\; \langle \nabla L, A\theta \rangle = 0, \quad "
    r"H A\theta = -A^T \nabla L",
    hypotheses="A any square matrix; L twice differentiable where it is evaluated; tried on maps of the hidden spaces of "
    "linear networks, with any output activation and loss",
    cites=("kunin2021neural", "tanaka2021noether"),
    controls={"A off by one entry": dict(generate=off_by_one_entry)},
    derivation=derivations.generators,
    architectures=TWO_HIDDEN_LAYERS,
    dtypes=WIDE,
)
def the_gradient_is_orthogonal_to_what_an_invariance_generates(
    network: Network, g: HiddenMap, batch: Batch, *, generate=HiddenMap.generate
):
    symmetric = linear(network)
    gradient, motion = backprop(symmetric, batch), generate(g, symmetric)
    curved = hessian_times(symmetric, batch, motion.layers).layers
    turned = map_parameters(lambda rate: -rate, g.transpose.generate(gradient))
    return [Conserved(inner_products_of_layers(gradient, motion)), Equal(curved, turned.layers)]


def form_of(g: HiddenMap, one, other, *, sign: int = 1):
    """<one, A other> of every layer, where A is g's generator plus `sign` times its transpose: shape (layers,)."""
    transposed = inner_products_of_layers(one, g.transpose.generate(other))
    return inner_products_of_layers(one, g.generate(other)) + transposed * sign


@theorem(
    "NOETHER.3",
    title="A symmetric generator's quadratic form is conserved by gradient flow and drifts at second order in steps",
    statement=r"A = A^T:\quad \dot\theta = -\nabla L \Rightarrow \frac{d}{dt}\, \theta^T A \theta = 0, \qquad "
    r"\theta' = \theta - \eta \nabla L \Rightarrow \theta'^T A \theta' - \theta^T A \theta = \eta^2\, \nabla L^T A \nabla L",
    hypotheses="L(e^{tA} theta) = L(theta) for all t, A not 0; for an antisymmetric A the form is 0 and the claim is empty; "
    "tried on maps of the hidden spaces of linear networks, with any output activation and loss",
    cites=("tanaka2021noether", "kunin2021neural"),
    controls={"an antisymmetric A, whose form is 0": PassesEmptily(dict(sign=-1))},
    derivation=derivations.conservation,
    evidence=("derived", "sampled"),
    systems=("balls",),
    architectures=TWO_HIDDEN_LAYERS,
    dtypes=WIDE,
)
def the_form_of_a_symmetric_generator_is_conserved(network: Network, g: HiddenMap, batch: Batch, *, sign: int = 1):
    """The generator of every hidden space is u v^T + v u^T; with the sign -1 it is antisymmetric."""
    symmetric = linear(network)
    gradient = backprop(symmetric, batch)
    form = functools.partial(form_of, g, sign=sign)
    trained = gradient_step(symmetric, gradient, INVERSE_RATE)
    change = form(trained, trained).sum() - form(symmetric, symmetric).sum()
    return [
        Conserved(form(gradient, symmetric) + form(symmetric, gradient)),
        Drift(change, INVERSE_RATE, 2, form(gradient, gradient).sum()),
    ]


def all_units_alike(thing: Layered) -> Layered:
    """The nearest network that every permutation of hidden units leaves as it is: each unit the mean of its layer's."""
    return map_hidden(
        thing,
        lambda l, layer: layer.map(lambda array: _mean(array, -1)),
        lambda l, layer: Layer(_mean(layer.weight, 0), layer.bias),
    )


def _mean(array: Array, axis: int) -> Array:
    return array * 0 + array.sum(axis, keepdims=True) / array.shape[axis]


@theorem(
    "NOETHER.4",
    title="A critical point among the symmetric points is critical",
    statement=r"\theta \in \mathrm{Fix}(G),\ \nabla (L|_{\mathrm{Fix}(G)})(\theta) = 0 \;\Rightarrow\; \nabla L(\theta) = 0",
    hypotheses="L o g = L for every g of a group G of orthogonal maps; L differentiable where it is evaluated; tried on "
    "reflections of the hidden spaces of linear networks and on all permutations of hidden units",
    cites=("palais1979principle",),
    controls={"G not orthogonal": dict(orthogonal=False)},
    derivation=derivations.symmetric_criticality,
    architectures=TWO_HIDDEN_LAYERS,
    dtypes=WIDE,
)
def a_critical_point_among_the_symmetric_points_is_critical(
    network: Network, g: HiddenMap, batch: Batch, *, orthogonal: bool = True
):
    """At points of Fix(G), the gradient equals its projection, which is the gradient of the loss restricted to Fix(G).

    So where one is 0, the other is 0. G is generated by a reflection first; then it is all permutations of hidden units.
    """
    project = (g.reflection() if orthogonal else g).project
    mapped = backprop(project(linear(network)), batch)
    tied = backprop(all_units_alike(network), batch)
    return (mapped.layers, tied.layers), (project(mapped).layers, all_units_alike(tied).layers)
