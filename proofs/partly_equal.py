"""TIE, continued: units that are equal in part. What opens a gap between them, and what never does (chen2023stochastic)."""

import dataclasses

import jax.numpy as jnp

from proofs.derivations import partly_equal as derivations
from proofs.equal_initialisation import SOURCES, multiply_unit, pairs_of
from symmetry.actions import Rescaling, TiedUnits
from symmetry.activation import ABSOLUTE_VALUE, slope
from symmetry.architecture import SAMPLED, Architecture
from symmetry.cases import HomogeneousNetwork, Minibatches, Scalar
from symmetry.loss import HALF_SQUARED_ERROR, SOFTMAX_CROSS_ENTROPY, Loss
from symmetry.network import Batch, HasLayers, Layer, Network, backprop, backpropagate, forward_pass, map_parameters
from symmetry.statements.theorem import WIDE, theorem
from symmetry.training import GradientDescent, gradient_step

INVERSE_RATE = 16
"""The size of one step is 1/INVERSE_RATE: a power of 2, exact in every number system."""

DESCENT = GradientDescent(1024, momentum=2)
"""Several steps, which are so short that the weights stay small."""

BIASLESS = Architecture((2, 3, 3, 2), bias=False)


def gaps(thing: HasLayers, ties: TiedUnits) -> list[tuple]:
    """For each pair what its first unit has more than its second: incoming weights, bias, outgoing weights."""
    pairs = zip(*pairs_of(thing, ties), strict=True)
    return [tuple(None if one is None else one - other for one, other in zip(*pair, strict=True)) for pair in pairs]


@theorem(
    "TIE.6",
    title="Units with equal incoming weights only: how their gap opens",
    statement=r"(w_s, b_s) = (w_t, b_t) \;\Rightarrow\; v'_s - v'_t = v_s - v_t,\quad "
    r"w'_s - w'_t = -\eta \sum_n \langle v_s - v_t, e_n \rangle\, \varphi'(z_n)\, a_n,\quad "
    r"b'_s - b'_t = -\eta \sum_n \langle v_s - v_t, e_n \rangle\, \varphi'(z_n)",
    hypotheses="one step of gradient descent of size eta; two units of a hidden layer equal in incoming weights and bias, "
    "with the same preactivation z_n; a_n the layer's input and e_n the error of the next layer in example n; any "
    "activation, loss, widths and depth",
    cites=SOURCES,
    controls={"the outgoing gap closes": dict(kept=0)},
    derivation=derivations.equal_incoming,
    architectures=(SAMPLED, BIASLESS),
    dtypes=WIDE,
)
def equal_incoming_weights_part_by_the_outgoing_gap(network: Network, ties: TiedUnits, batch: Batch, *, kept: int = 1):
    tied = ties.act(network, outgoing=False)
    preactivations, activations = forward_pass(tied, batch.x)
    errors = backpropagate(tied, preactivations, activations, batch.y)
    after = gradient_step(tied, backprop(tied, batch), INVERSE_RATE)
    expected = []
    for index, ((first, _), (_, _, outgoing)) in enumerate(zip(ties.pairs, gaps(tied, ties), strict=True)):
        slopes = slope(preactivations[index], tied.activations[index])[:, first]
        apart = (errors[index + 1] * outgoing).sum(1) * slopes / -INVERSE_RATE
        bias = None if tied.layers[index].bias is None else apart.sum(0)
        expected.append(((activations[index] * apart[:, None]).sum(0), bias, outgoing * kept))
    return gaps(after, ties), expected


@theorem(
    "TIE.7",
    title="Units with equal outgoing weights only: the difference of their activations opens a gap",
    statement=r"v_s = v_t \;\Rightarrow\; v'_s - v'_t = -\eta \sum_n (a_{n,s} - a_{n,t})\, e_n",
    hypotheses="one step of gradient descent of size eta; two units of a hidden layer equal in outgoing weights; e_n the "
    "error of the next layer in example n; any activation, loss, widths and depth",
    cites=SOURCES,
    controls={"the gap stays 0": dict(opened=0)},
    derivation=derivations.equal_outgoing,
    architectures=(SAMPLED, BIASLESS),
    dtypes=WIDE,
)
def equal_outgoing_weights_part_by_the_activations(network: Network, ties: TiedUnits, batch: Batch, *, opened: int = 1):
    tied = ties.act(network, incoming=False)
    preactivations, activations = forward_pass(tied, batch.x)
    errors = backpropagate(tied, preactivations, activations, batch.y)
    after = gradient_step(tied, backprop(tied, batch), INVERSE_RATE)
    expected = []
    for index, (first, second) in enumerate(ties.pairs):
        units = activations[index + 1]
        apart = (units[:, first] - units[:, second])[:, None]
        expected.append((apart * errors[index + 1]).sum(0) * opened / -INVERSE_RATE)
    return [outgoing for _, _, outgoing in gaps(after, ties)], expected


@theorem(
    "TIE.11",
    title="Under softmax, outgoing weights that differ by a constant keep incoming weights equal",
    statement=r"(w_s, b_s) = (w_t, b_t),\ v_t = v_s + C(1, \dots, 1) \;\Rightarrow\; "
    r"(w_s, b_s)^{(T)} = (w_t, b_t)^{(T)},\ v_t^{(T)} = v_s^{(T)} + C(1, \dots, 1)",
    hypotheses="softmax with cross-entropy, its logits affine in the last hidden layer, to which both units belong; the "
    "targets of an example may sum to 1 or to anything else; T steps of gradient descent on any batches, with momentum or "
    "without; any activation, widths and depth",
    cites=("kunin2021neural", *SOURCES),
    controls={"half-squared loss": dict(loss=HALF_SQUARED_ERROR)},
    derivation=derivations.constant_gap,
    architectures=(Architecture((3, 4, 3)), BIASLESS),
    dtypes=WIDE,
)
def a_constant_gap_of_outgoing_weights_is_not_seen_by_softmax(
    network: Network, ties: TiedUnits, constant: Scalar, batches: Minibatches, *, loss: Loss = SOFTMAX_CROSS_ENTROPY
):
    affine = network.with_logits(loss)
    *before, output = ties.act(affine).layers
    raised = constant * jnp.where(jnp.arange(output.weight.shape[0]) == ties.pairs[-1][1], 1, 0)[:, None]
    apart = dataclasses.replace(affine, layers=(*before, Layer(output.weight + raised, output.bias)))
    trained = DESCENT.train(apart, batches.batches)
    first, second = pairs_of(trained, ties)
    *incoming, outgoing = first[-1]
    return [*first[:-1], (*incoming, outgoing + constant)], second


DESCENT_WITH_DECAY = dataclasses.replace(DESCENT, decay=8)


def first_step_of_adam(network: Network, batches) -> Network:
    """Every parameter moves by g / |g|, which is what Adam's first step is for epsilon = 0.

    Residues know no absolute value: there it is an unknown function of g.
    """
    gradient = backprop(network, batches[0])
    return gradient_step(network, map_parameters(lambda part: slope(part, ABSOLUTE_VALUE), gradient), INVERSE_RATE)


def any_activation(network: Network, ties: TiedUnits, scales: Rescaling, batches: Minibatches):
    """TIE.12 for every activation: tanh, sigmoid, ...; in exact arithmetic, an unknown one."""
    return proportional_units_stay_proportional.law(network, ties, scales, batches)


@theorem(
    "TIE.12",
    title="Units of ReLU that are proportional stay proportional",
    statement=r"(w_i, b_i, v_i) = \alpha_i (w, b, v),\ \alpha_i > 0 \;\Rightarrow\; "
    r"\alpha_t\, (w_s, b_s, v_s)^{(T)} = \alpha_s\, (w_t, b_t, v_t)^{(T)}",
    hypotheses="units of a hidden layer with phi(c z) = c phi(z) for c > 0: ReLU, leaky ReLU, identity; T steps of gradient "
    "descent with momentum and weight decay on any batches; any loss, widths and depth; not Adam",
    cites=("du2018algorithmic", "kingma2015adam", *SOURCES),
    controls={"any activation": any_activation, "the first step of Adam": dict(train=first_step_of_adam)},
    derivation=derivations.proportional,
    architectures=(Architecture((4, 6, 3)), BIASLESS),
    dtypes=WIDE,
)
def proportional_units_stay_proportional(
    network: HomogeneousNetwork,
    ties: TiedUnits,
    scales: Rescaling,
    batches: Minibatches,
    *,
    train=DESCENT_WITH_DECAY.train,
):
    trained = train(scales.enlarge(ties.act(network)), batches.batches)
    first, second = pairs_of(trained, ties)
    factors = [(alpha[s], alpha[t]) for alpha, (s, t) in zip(scales.factors, ties.pairs, strict=True)]
    return (
        [multiply_unit(unit, of_second) for unit, (_, of_second) in zip(first, factors, strict=True)],
        [multiply_unit(unit, of_first) for unit, (of_first, _) in zip(second, factors, strict=True)],
    )
