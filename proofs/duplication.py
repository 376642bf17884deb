"""DUP: units that can be added, merged or split without changing the function (chen2016net2net, fukumizu2000local)."""

import dataclasses

import jax.numpy as jnp

from proofs.derivations import duplication as derivations
from symmetry.actions import gather_units
from symmetry.architecture import Architecture
from symmetry.cases import HiddenUnit, NetworkThroughZero, Scalar
from symmetry.network import Batch, Layer, Network, backprop, forward
from symmetry.statements.theorem import WIDE, FormalProof, theorem

SOURCES = ("fukumizu2000local", "chen2016net2net")
ARCHITECTURES = (Architecture((3, 4, 3, 2)), Architecture((3, 5, 2), bias=False))
"""Small ones: a layer between hidden layers, and one without biases."""


def everyone_but(network: Network, unit: HiddenUnit) -> Network:
    """The network without that unit."""
    width = network.widths[unit.layer + 1]
    others = jnp.arange(width - 1)
    others = others + (others >= unit.index)
    still = [jnp.arange(size) for size in network.widths[1 : unit.layer + 1]]
    return gather_units(network, [*still, others])


def with_outgoing_of(network: Network, unit: HiddenUnit, factor: int) -> Network:
    """The network with the unit's outgoing weights multiplied by a factor."""
    following = network.layers[unit.layer + 1]
    mask = _mask(network, unit, factor)
    return _with_layer(network, unit.layer + 1, Layer(following.weight * mask[:, None], following.bias))


def with_incoming_of(network: Network, unit: HiddenUnit, factor: int) -> Network:
    """The network with the unit's incoming weights and bias multiplied by a factor."""
    mask = _mask(network, unit, factor)
    return _with_layer(network, unit.layer, network.layers[unit.layer].map(lambda part: part * mask))


def _mask(network: Network, unit: HiddenUnit, factor: int):
    """The factor at the unit's place, 1 elsewhere."""
    units = jnp.arange(network.widths[unit.layer + 1])
    return jnp.where(units == unit.index, factor, 1)


def _with_layer(network: Network, index: int, layer: Layer) -> Network:
    return dataclasses.replace(network, layers=(*network.layers[:index], layer, *network.layers[index + 1 :]))


def with_twin(network: Network, unit: HiddenUnit) -> tuple[Network, HiddenUnit]:
    """The network in which the unit after the given one has the same (w, b), and that unit."""
    width = network.widths[unit.layer + 1]
    twin = (unit.index + 1) % width
    units = jnp.arange(width)
    still = [jnp.arange(size) for size in network.widths[1 : unit.layer + 1]]
    maps = [*still, jnp.where(units == twin, unit.index, units)]
    return gather_units(network, maps, outgoing=False), HiddenUnit(twin, unit.layer)


@theorem(
    "DUP.1",
    title="Units with equal incoming weights and bias merge into one",
    statement=r"(w_s, b_s) = (w_t, b_t) \;\Rightarrow\; f(\theta, x) = f(\theta_{-t} \text{ with } v_s + v_t "
    r"\text{ for } v_s,\ x)",
    hypotheses="theta_{-t} is theta without unit t; two units of one layer, which share its activation; any outgoing "
    "weights, widths and depth",
    cites=SOURCES,
    controls={"v averaged": dict(divisor=2)},
    derivation=derivations.merged_units,
    architectures=ARCHITECTURES,
    dtypes=WIDE,
    formal=FormalProof("formal/DUP-1.agda", control="v averaged"),
)
def units_with_equal_incoming_weights_merge(network: Network, unit: HiddenUnit, batch: Batch, *, divisor: int = 1):
    twins, twin = with_twin(network, unit)
    following = twins.layers[unit.layer + 1]
    here = (jnp.arange(following.weight.shape[0]) == unit.index).astype(int)[:, None]
    first, second = following.weight[unit.index][None, :], following.weight[twin.index][None, :]
    combined = first + second if divisor == 1 else (first + second) / divisor
    weight = following.weight * (1 - here) + combined * here
    merged = everyone_but(_with_layer(twins, unit.layer + 1, Layer(weight, following.bias)), twin)
    return forward(twins, batch.x), forward(merged, batch.x)


class Split:
    """A unit and its copy at the end of the layer; each has a part of the outgoing weights."""

    def __init__(self, network: Network, unit: HiddenUnit, parts: tuple):
        width = network.widths[unit.layer + 1]
        self.layer, self.units = unit.layer, jnp.append(jnp.arange(width), unit.index)
        self.still = [jnp.arange(size) for size in network.widths[1 : unit.layer + 1]]
        places = jnp.arange(width + 1)
        first, second = ((places == place).astype(int) for place in (unit.index, width))
        self.factors = parts[0] * first + parts[1] * second + (1 - first - second)

    def act(self, network: Network) -> Network:
        """(w, b, v) becomes (w, b, part of v), twice."""
        copied = gather_units(network, [*self.still, self.units])
        following = copied.layers[self.layer + 1]
        weight = following.weight * self.factors[:, None]
        return _with_layer(copied, self.layer + 1, Layer(weight, following.bias))

    def act_on_gradient(self, gradient):
        """(dw, db, dv) becomes (part of dw, part of db, dv), twice."""
        copied = gather_units(gradient, [*self.still, self.units])
        return _with_layer(copied, self.layer, copied.layers[self.layer].map(lambda part: part * self.factors))


@theorem(
    "DUP.2",
    title="A unit splits into two that share its outgoing weights",
    statement=r"(w, b, v) \to (w, b, \lambda v),\ (w, b, (1 - \lambda) v) \text{ preserves } f "
    r"\text{ for every real } \lambda",
    hypotheses="one activation shared by the layer; any widths and depth",
    cites=SOURCES,
    controls={"parts that do not sum to 1": dict(total=2)},
    derivation=derivations.split_unit,
    architectures=ARCHITECTURES,
    dtypes=WIDE,
    formal=FormalProof("formal/DUP-2.agda", control="parts that do not sum to 1"),
)
def splitting_a_unit_preserves_the_function(
    network: Network, unit: HiddenUnit, share: Scalar, batch: Batch, *, total: int = 1
):
    split = Split(network, unit, (share, total - share))
    return forward(split.act(network), batch.x), forward(network, batch.x)


@theorem(
    "DUP.3",
    title="Adding a dead unit preserves the function",
    statement=r"v_j = 0 \;\text{ or }\; (w_j, b_j) = 0,\ \varphi(0) = 0 \;\Rightarrow\; f(\theta, x) = f(\theta_{-j}, x)",
    hypotheses="theta_{-j} is theta without unit j; any widths and depth; phi(0) = 0 where the incoming weights vanish",
    cites=SOURCES,
    controls={"outgoing weights not zero": dict(alive=1)},
    derivation=derivations.dead_unit,
    formal=FormalProof("formal/DUP-3.agda", control="outgoing weights not zero"),
)
def adding_a_dead_unit_preserves_the_function(
    network: Network, through_zero: NetworkThroughZero, unit: HiddenUnit, batch: Batch, *, alive: int = 0
):
    without_outgoing = with_outgoing_of(network, unit, alive)
    without_incoming = with_incoming_of(through_zero, unit, alive)
    bigger = forward(without_outgoing, batch.x), forward(without_incoming, batch.x)
    smaller = (everyone_but(network, unit), everyone_but(through_zero, unit))
    return bigger, tuple(forward(each, batch.x) for each in smaller)


@theorem(
    "DUP.4",
    title="After a split the gradient is shared the same way, so critical points stay critical",
    statement=r"g_{(w, b, \lambda v)} = (\lambda g_w, \lambda g_b, g_v),\ g_{(w, b, (1-\lambda) v)} = "
    r"((1 - \lambda) g_w, (1 - \lambda) g_b, g_v) \text{ and all else as before; } \nabla L(\theta) = 0 "
    r"\;\Rightarrow\; \nabla L(\text{split of } \theta) = 0",
    hypotheses="every real lambda; activations and loss differentiable where they are evaluated; any widths and depth",
    cites=("fukumizu2000local", "brea2019weight"),
    controls={"a split that changes the function": dict(total=2)},
    derivation=derivations.split_gradient,
    architectures=ARCHITECTURES,
    dtypes=WIDE,
)
def a_split_shares_out_the_gradient(network: Network, unit: HiddenUnit, share: Scalar, batch: Batch, *, total: int = 1):
    split = Split(network, unit, (share, total - share))
    return backprop(split.act(network), batch), split.act_on_gradient(backprop(network, batch))
