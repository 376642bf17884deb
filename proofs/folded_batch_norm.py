"""BN: batch norm in evaluation is an affine map of each unit (ioffe2015batch)."""

import dataclasses

from proofs.batch_norm_modules import the_norm_of_a_module_folds_and_permutes
from proofs.derivations import folded_batch_norm as derivations
from symmetry.actions import UnitPermutation
from symmetry.activation import reciprocal_square_root, value
from symmetry.architecture import Architecture
from symmetry.array import Array, pytree
from symmetry.cases import case_kind
from symmetry.network import Batch, Layer, Network, forward, preactivation
from symmetry.source import Source
from symmetry.statements.relation import Equal
from symmetry.statements.theorem import WIDE, BlackBoxes, theorem

UNITS = Architecture((3, 4, 2), batch=3)


@pytree
class RunningNorm:
    """Batch norm in evaluation: mean and variance of every unit as training left them, scale, shift, and one epsilon."""

    mean: Array
    variance: Array
    scale: Array
    shift: Array
    epsilon: Array

    @property
    def factor(self) -> Array:
        """What every unit is multiplied by: gamma / sqrt(v + epsilon)."""
        return self.scale * reciprocal_square_root(self.variance + self.epsilon)

    def apply(self, z: Array) -> Array:
        """(z - mu) gamma / sqrt(v + epsilon) + beta, example by example."""
        return (z - self.mean) * self.factor + self.shift


@case_kind(RunningNorm, hidden_units=2)
def _(source: Source, architecture: Architecture, name: str) -> RunningNorm:
    units = architecture.widths[1:2]
    mean, scale, shift = (source.numbers(f"{name} {part}", units) for part in ("mean", "scale", "shift"))
    variance = source.positive_numbers(f"{name} variance", units)
    return RunningNorm(mean, variance, scale, shift, source.positive_numbers(f"{name} epsilon", ()))


def evaluate(network: Network, norm: RunningNorm, x: Array) -> Array:
    """The outputs of the network with the norm before the activation of its first hidden layer."""
    rest = dataclasses.replace(network, layers=network.layers[1:], activations=network.activations[1:])
    return forward(rest, value(norm.apply(preactivation(x, network.layers[0])), network.activations[0]))


def folded(network: Network, norm: RunningNorm) -> Network:
    """The network with the norm in its first layer: W diag(g), (b - mu) g + beta, where g = gamma / sqrt(v + epsilon)."""
    first = network.layers[0]
    layer = Layer(first.weight * norm.factor, (first.bias - norm.mean) * norm.factor + norm.shift)
    return dataclasses.replace(network, layers=(layer, *network.layers[1:]))


def normed_again(network: Network, norm: RunningNorm, x: Array) -> Array:
    """The outputs of the folded network whose norm was kept."""
    return evaluate(folded(network, norm), norm, x)


def without_norm(network: Network, norm: RunningNorm, x: Array) -> Array:
    """The outputs of the folded network, which needs no norm any more."""
    return forward(folded(network, norm), x)


PARAMETERS, STATISTICS = ("scale", "shift"), ("mean", "variance")


@theorem(
    "BN.1",
    title="Batch norm in evaluation folds into the layer before it, and its statistics permute with the units",
    statement=r"f(W, b, \mathrm{BN}) = f(W \mathrm{diag}(g), (b - \mu) \odot g + \beta), \quad "
    r"g = \gamma\, (v + \varepsilon)^{-1/2}; \qquad f(\pi\cdot\theta, \pi\cdot(\mu, v, \gamma, \beta)) = f(\theta, \mu, v, "
    r"\gamma, \beta)",
    hypotheses="evaluation: mean and variance are those that training has left, whatever the batch; v + epsilon above 0; the "
    "norm is between an affine layer and its activation, and is left out after folding; any permutation of the units",
    cites=("ioffe2015batch",),
    controls={
        "statistics left where they were": dict(moved=PARAMETERS),
        "folded, and the norm kept": dict(after_folding=normed_again),
    },
    derivation=derivations.running_norm,
    architectures=(UNITS,),
    dtypes=WIDE,
    black_boxes=BlackBoxes(
        the_norm_of_a_module_folds_and_permutes,
        {fault: dict(fault=fault) for fault in ("statistics left where they were", "folded, and the norm kept")},
        needs=("flax",),
    ),
)
def batch_norm_in_evaluation_folds_into_the_layer_before_it(
    network: Network,
    norm: RunningNorm,
    pi: UnitPermutation,
    batch: Batch,
    *,
    moved: tuple[str, ...] = (*STATISTICS, *PARAMETERS),
    after_folding=without_norm,
):
    """The outputs after folding, and after permuting, and before."""
    order = pi.permutations[0]
    permuted = dataclasses.replace(norm, **{name: getattr(norm, name)[order] for name in moved})
    before = evaluate(network, norm, batch.x)
    return [
        Equal(after_folding(network, norm, batch.x), before),
        Equal(evaluate(pi.act(network), permuted, batch.x), before),
    ]
