"""DUP: units that can be added, merged or split without changing the function (chen2016net2net, fukumizu2000local)."""

import dataclasses

import jax.numpy as jnp

from proofs.derivations import duplication as derivations
from symmetry.cases import HiddenUnit, NetworkThroughZero
from symmetry.group import gather_units
from symmetry.network import Batch, Layer, Network, forward
from symmetry.theorem import theorem


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
    layer, mask = network.layers[unit.layer], _mask(network, unit, factor)
    bias = None if layer.bias is None else layer.bias * mask
    return _with_layer(network, unit.layer, Layer(layer.weight * mask, bias))


def _mask(network: Network, unit: HiddenUnit, factor: int):
    """The factor at the unit's place, 1 elsewhere."""
    units = jnp.arange(network.widths[unit.layer + 1])
    return jnp.where(units == unit.index, factor, 1)


def _with_layer(network: Network, index: int, layer: Layer) -> Network:
    return dataclasses.replace(network, layers=(*network.layers[:index], layer, *network.layers[index + 1 :]))


def dead_unit_law(factor: int):
    """Both sides of DUP.3; a factor other than 0 keeps the unit alive."""

    def law(network: Network, through_zero: NetworkThroughZero, unit: HiddenUnit, batch: Batch):
        without_outgoing = with_outgoing_of(network, unit, factor)
        without_incoming = with_incoming_of(through_zero, unit, factor)
        bigger = forward(without_outgoing, batch.x), forward(without_incoming, batch.x)
        smaller = (everyone_but(network, unit), everyone_but(through_zero, unit))
        return bigger, tuple(forward(each, batch.x) for each in smaller)

    return law


@theorem(
    "DUP.3",
    title="Adding a dead unit preserves the function",
    statement=r"v_j = 0 \;\text{ or }\; (w_j, b_j) = 0,\ \varphi(0) = 0 \;\Rightarrow\; f(\theta, x) = f(\theta_{-j}, x)",
    hypotheses="theta_{-j} is theta without unit j; any widths and depth; phi(0) = 0 where the incoming weights vanish",
    cites=("fukumizu2000local", "chen2016net2net"),
    controls={"outgoing weights not zero": dead_unit_law(1)},
    derivation=derivations.dead_unit,
)
def adding_a_dead_unit_preserves_the_function(
    network: Network, through_zero: NetworkThroughZero, unit: HiddenUnit, batch: Batch
):
    return dead_unit_law(0)(network, through_zero, unit, batch)
