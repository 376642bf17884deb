"""CAP: what layers and hidden units buy, and what they cannot (cybenko1989approximation, leshno1993multilayer)."""

import dataclasses

import jax.numpy as jnp
import numpy as np

from proofs.derivations import capacity as derivations
from proofs.duplication import everyone_but, with_outgoing_of
from proofs.sums import total
from symmetry.actions import gather_units
from symmetry.activation import IDENTITY, LEAKY_RELU, SINE, SOFTPLUS, TANH, value
from symmetry.architecture import Architecture
from symmetry.cases import HiddenUnit
from symmetry.network import Batch, Layer, Network, batch_loss, forward, forward_pass
from symmetry.numbers.dual import derivative_along
from symmetry.statements.relation import AtMost, Equal, RankAtMost
from symmetry.statements.theorem import WIDE, theorem


def with_activations(network: Network, *activations) -> Network:
    """The network with its first activations replaced by these, and the others by the identity."""
    others = (IDENTITY,) * (len(network.layers) - len(activations))
    return dataclasses.replace(network, activations=(*activations, *others))


def but_the_first(network: Network) -> Network:
    """The network with its first activation kept, and the identity for all others."""
    return with_activations(network, network.activations[0])


@theorem(
    "CAP.1",
    title="Affine activations collapse: every depth is one affine map",
    statement=r"\varphi_l(z) = \alpha_l z + \beta_l \;\Rightarrow\; f(x) = xA + a_0, \quad "
    r"\mathrm{rank}\, A \leq \min_l n_l",
    hypotheses="every activation affine; any widths n_l and depth; in exact arithmetic and in floats, the identity: alpha and "
    "beta are then part of the next weights",
    cites=("baldi1989neural", "goodfellow2016deep"),
    controls={"one tanh layer": dict(made_affine=but_the_first)},
    derivation=derivations.collapse,
    architectures=(Architecture((3, 4, 2, 3), hidden="tanh"),),
    dtypes=WIDE,
)
def affine_activations_collapse(network: Network, batch: Batch, *, made_affine=with_activations):
    deep = made_affine(network)
    inputs = deep.widths[0]
    shift = forward(deep, np.zeros((1, inputs), int))
    linear = forward(deep, np.eye(inputs, dtype=int)) - shift
    product = product_of_weights(deep)
    return [
        Equal((linear, forward(deep, batch.x)), (product, batch.x @ product + shift)),
        RankAtMost(linear, min(deep.widths)),
    ]


def product_of_weights(network: Network, start: int = 0):
    """The weights of the layers from `start` on, multiplied in their order."""
    product = network.layers[start].weight
    for layer in network.layers[start + 1 :]:
        product = product @ layer.weight
    return product


def jacobian(network: Network, batch: Batch):
    """df/dx at the first example: entry [i, k] is the rate of output k as input i moves."""
    inputs = network.widths[0]
    copies = batch.x[jnp.zeros(inputs, int)]
    return derivative_along(lambda x: forward(network, x), copies, np.eye(inputs, dtype=int))


@theorem(
    "CAP.2",
    title="The rank of the Jacobian is at most the least hidden width",
    statement=r"\mathrm{rank}\, \frac{\partial f}{\partial x} \leq \min_l n_l",
    hypotheses="the least over the hidden layers; any activations, wherever they are differentiable",
    cites=("goodfellow2016deep",),
    controls={"width counted wrong": dict(missing=1)},
    derivation=derivations.jacobian_rank,
    architectures=(
        Architecture((3, 2, 3), hidden="tanh", output="identity"),
        Architecture((3, 3, 1, 2), hidden="leaky_relu", output="identity"),
    ),
    dtypes=WIDE,
)
def the_rank_of_the_jacobian_is_at_most_the_least_hidden_width(network: Network, batch: Batch, *, missing: int = 0):
    """The rank is claimed to be at most the least width minus `missing`."""
    return RankAtMost(jacobian(network, batch), min(network.widths[1:-1]) - missing)


def moved_across(network: Network, x):
    """Inputs moved where the first unit's t = w . x + b stays the same: by A w, as w . A w = 0 for an antisymmetric A."""
    inputs = network.widths[0]
    antisymmetric = np.sign(np.arange(inputs) - np.arange(inputs)[:, None])
    return x + (antisymmetric @ network.layers[0].weight[:, :1]).T


@theorem(
    "CAP.3",
    title="One hidden unit sees one number of the input",
    statement=r"f(x) = \psi(t(x)), \quad t(x) = w \cdot x + b; \qquad t(x) = t(x') \;\Rightarrow\; f(x) = f(x')",
    hypotheses="the first hidden layer has one unit; any activation, and any layers after it",
    cites=("goodfellow2016deep",),
    controls={"two units": dict(units=2)},
    derivation=derivations.one_unit,
    architectures=(Architecture((4, 2, 3, 2)),),
    dtypes=WIDE,
)
def one_hidden_unit_sees_one_number_of_the_input(network: Network, batch: Batch, *, units: int = 1):
    """The first hidden layer keeps so many units."""
    narrow = gather_units(network, [np.arange(units)])
    return forward(narrow, moved_across(narrow, batch.x)), forward(narrow, batch.x)


def fitted(network: Network, unit: HiddenUnit, batch: Batch) -> Network:
    """The network with those outgoing weights of the unit, 0 so far, that make the half squared error least."""
    outputs = forward(network, batch.x)
    feature = forward_pass(network, batch.x)[1][-2][:, unit.index]
    best = ((batch.y - outputs) * feature[:, None]).sum(0) / (feature * feature).sum()
    *before, last = network.layers
    here = (jnp.arange(last.weight.shape[0]) == unit.index).astype(int)
    weight = last.weight + best[None, :] * here[:, None]
    return dataclasses.replace(network, layers=(*before, Layer(weight, last.bias)))


@theorem(
    "CAP.4",
    title="A unit more never raises the infimum of the loss",
    statement=r"\inf_\theta L_{n+1}(\theta) \leq \inf_\theta L_n(\theta)",
    hypotheses="any loss and activation, one unit more in any hidden layer, all its weights free; in floats: the loss with the "
    "new unit's outgoing weights 0 is the old one, and is no larger where they are best for the half squared error",
    cites=("fukumizu2000local", "zhang2021embedding"),
    controls={"v frozen non-zero": dict(factor=1)},
    derivation=derivations.embedding,
    evidence=("derived", "sampled"),
    systems=("balls",),
    architectures=(Architecture((3, 4, 2), output="identity", loss="half_squared_error"),),
    dtypes=WIDE,
)
def a_unit_more_never_raises_the_least_loss(network: Network, unit: HiddenUnit, batch: Batch, *, factor: int = 0):
    """The loss after a unit is added, at outgoing weights 0 and where they are best; the factor 1 freezes them."""
    narrow = batch_loss(everyone_but(network, unit), batch)
    wide = with_outgoing_of(network, unit, factor)
    best = wide if factor else fitted(wide, unit, batch)
    return [Equal(batch_loss(wide, batch), narrow), AtMost(batch_loss(best, batch), narrow)]


@theorem(
    "CAP.8",
    title="A monotone chain of single units keeps one hyperplane as its boundary",
    statement=r"f = \psi_L \circ \dots \circ \psi_1 (w \cdot x + b), \; \psi_l \text{ strictly monotone} \;\Rightarrow\; "
    r"\{x : f(x) = \tau\} = \{x : w \cdot x + b = t_0\} \text{ or empty}",
    hypotheses="hidden layers of one unit each, of strictly monotone activations; w not 0, nor any weight after it; any depth, "
    "one output",
    cites=("goodfellow2016deep",),
    controls={"a non-monotone link": dict(activations=(TANH, SINE, LEAKY_RELU))},
    derivation=derivations.chain,
    evidence=("derived", "sampled"),
    systems=("balls",),
    architectures=(Architecture((3, 1, 1, 1, 1)),),
    dtypes=WIDE,
)
def a_monotone_chain_keeps_one_hyperplane(network: Network, batch: Batch, *, activations=(TANH, SOFTPLUS, LEAKY_RELU)):
    """f times the product of the weights after the first rises along w, and is constant across it."""
    narrow = with_activations(network, *activations)
    w = narrow.layers[0].weight
    product = product_of_weights(narrow, start=1)
    here, further = (forward(narrow, x) @ product for x in (batch.x, batch.x + w.T))
    return [
        AtMost(here, further),
        Equal(forward(narrow, moved_across(narrow, batch.x)), forward(narrow, batch.x)),
    ]


@theorem(
    "CAP.9",
    title="One hidden layer in one dimension is a sum over its units",
    statement=r"f(x) = c + \textstyle\sum_i v_i\, \varphi(w_i x + b_i)",
    hypotheses="one input, one output without activation; any activation and number of units",
    cites=("cybenko1989approximation",),
    controls={"c left out": dict(shifted=False)},
    derivation=derivations.sum_over_units,
    architectures=(Architecture((1, 5, 1)),),
    dtypes=WIDE,
)
def one_hidden_layer_is_a_sum_over_its_units(network: Network, batch: Batch, *, shifted: bool = True):
    phi = network.activations[0]
    first, second = network.layers
    x = batch.x[:, 0]
    terms = [value(x * first.weight[0, i] + first.bias[i], phi) * second.weight[i, 0] for i in range(network.widths[1])]
    outputs = total(terms)
    added = outputs + second.bias[0] if shifted else outputs
    return added[:, None], forward(with_activations(network, phi), batch.x)
