"""PERM: the hidden units of a layer are interchangeable (hechtnielsen1990algebraic, chen1993geometry)."""

from proofs.derivations import permutation as derivations
from proofs.hessian import hessian_times
from symmetry.actions import UnitPermutation, gather_units
from symmetry.architecture import THREADS
from symmetry.cases import Direction
from symmetry.network import Batch, Network, backprop, batch_loss, forward, forward_pass
from symmetry.statements.theorem import FormalProof, theorem

SOURCES = ("hechtnielsen1990algebraic", "chen1993geometry")
HYPOTHESES = (
    "one activation shared by the units of a layer; any widths, any depth, any permutation of each hidden layer"
)


def incoming_only(pi: UnitPermutation, network: Network) -> Network:
    """Moves the columns of each layer's own weight and its bias, and leaves the next weight where it is."""
    return gather_units(network, pi.permutations, outgoing=False)


def outgoing_only(pi: UnitPermutation, network: Network) -> Network:
    """Moves the rows of each next weight, and leaves the layer's own weight and bias where they are."""
    return gather_units(network, pi.permutations, incoming=False)


def outgoing_by_the_inverse(pi: UnitPermutation, network: Network) -> Network:
    """Moves the rows of each next weight by the inverse permutation."""
    moved = gather_units(network, pi.permutations, outgoing=False)
    return gather_units(moved, pi.inverse().permutations, incoming=False)


def by_the_inverse(pi: UnitPermutation, network: Network) -> Network:
    return pi.inverse().act(network)


WRONGLY = {
    "permute incoming weights only": dict(act=incoming_only),
    "permute outgoing weights by the inverse": dict(act=outgoing_by_the_inverse),
}
"""Controls: the incoming weights are permuted, the outgoing weights are not, or not in the same way."""


@theorem(
    "PERM.1",
    title="Permuting hidden units preserves the function",
    statement=r"f(\pi\cdot\theta, x) = f(\theta, x)",
    hypotheses=HYPOTHESES,
    cites=SOURCES,
    controls=WRONGLY,
    derivation=derivations.function,
    glances=THREADS,
    formal=FormalProof("formal/PERM-1.agda", control="permute incoming weights only"),
)
def permuting_hidden_units_preserves_the_function(
    network: Network, pi: UnitPermutation, batch: Batch, *, act=UnitPermutation.act
):
    return forward(act(pi, network), batch.x), forward(network, batch.x)


@theorem(
    "PERM.2",
    title="Hidden activations permute with the units",
    statement=r"a^l(\pi\cdot\theta, x) = \pi\cdot a^l(\theta, x)",
    hypotheses=HYPOTHESES,
    cites=SOURCES,
    controls={
        "permute outgoing weights only": dict(act=outgoing_only),
        "permute by the inverse": dict(act=by_the_inverse),
    },
    derivation=derivations.activations,
    glances=THREADS,
    formal=FormalProof("formal/PERM-2.agda", control="permute outgoing weights only"),
)
def hidden_activations_permute_with_the_units(
    network: Network, pi: UnitPermutation, batch: Batch, *, act=UnitPermutation.act
):
    hidden = slice(1, -1)
    moved = forward_pass(act(pi, network), batch.x)[1][hidden]
    return moved, pi.act_on_units(forward_pass(network, batch.x)[1][hidden])


@theorem(
    "PERM.3",
    title="Every loss is invariant under permuting hidden units",
    statement=r"L(\pi\cdot\theta) = L(\theta)",
    hypotheses=f"{HYPOTHESES}; any loss of outputs and targets",
    cites=SOURCES,
    controls=WRONGLY,
    derivation=derivations.loss,
    glances=THREADS,
    formal=FormalProof("formal/PERM-3.agda", control="permute incoming weights only"),
)
def every_loss_is_invariant(network: Network, pi: UnitPermutation, batch: Batch, *, act=UnitPermutation.act):
    return batch_loss(act(pi, network), batch), batch_loss(network, batch)


@theorem(
    "PERM.4",
    title="The gradient at the permuted network is the permuted gradient",
    statement=r"\nabla L(\pi\cdot\theta) = \pi\cdot\nabla L(\theta)",
    hypotheses=f"{HYPOTHESES}; activations and loss differentiable where they are evaluated",
    cites=SOURCES,
    controls={"compare unpermuted": dict(permuted=False)},
    derivation=derivations.gradient,
    glances=THREADS,
    formal=FormalProof("formal/PERM-4.agda", control="compare unpermuted"),
)
def the_gradient_permutes_with_the_units(network: Network, pi: UnitPermutation, batch: Batch, *, permuted: bool = True):
    moved, gradient = backprop(pi.act(network), batch), backprop(network, batch)
    return moved, pi.act(gradient) if permuted else gradient


@theorem(
    "PERM.5",
    title="The Hessian permutes by rows and columns, so its spectrum is one",
    statement=r"H(\pi\cdot\theta) = \pi H(\theta) \pi^T, \qquad "
    r"\mathrm{spec}\, H(\pi\cdot\theta) = \mathrm{spec}\, H(\theta)",
    hypotheses=f"{HYPOTHESES}; activations and loss twice differentiable where they are evaluated",
    cites=SOURCES,
    controls={"compare unpermuted": dict(permuted=False)},
    derivation=derivations.hessian,
    glances=THREADS,
)
def the_hessian_permutes_by_rows_and_columns(
    network: Network, pi: UnitPermutation, batch: Batch, direction: Direction, *, permuted: bool = True
):
    moved = hessian_times(pi.act(network), batch, pi.act(direction).layers)
    still = hessian_times(network, batch, direction.layers)
    return moved, pi.act(still) if permuted else still


def in_the_wrong_order(pi: UnitPermutation, sigma: UnitPermutation) -> UnitPermutation:
    return sigma.compose(pi)


@theorem(
    "PERM.8",
    title="Permutations act as a group, on each layer independently",
    statement=r"\pi\cdot(\sigma\cdot\theta) = (\pi\sigma)\cdot\theta, \quad \mathrm{id}\cdot\theta = \theta, \quad "
    r"\pi^{-1}\cdot(\pi\cdot\theta) = \theta, \quad \pi = \textstyle\prod_l \pi_l",
    hypotheses="any permutations of the units of each hidden layer; any widths and depth",
    cites=SOURCES,
    controls={"composition in the wrong order": dict(compose=in_the_wrong_order)},
    derivation=derivations.action,
    glances=THREADS,
    formal=FormalProof("formal/PERM-8.agda", control="composition in the wrong order"),
)
def permutations_act_as_a_group(
    network: Network, pi: UnitPermutation, sigma: UnitPermutation, *, compose=UnitPermutation.compose
):
    layer_by_layer = network
    for index in range(len(pi.permutations)):
        layer_by_layer = pi.only(index).act(layer_by_layer)
    computed = [
        pi.act(sigma.act(network)),
        pi.identity().act(network),
        pi.inverse().act(pi.act(network)),
        pi.act(pi.inverse().act(network)),
        layer_by_layer,
    ]
    expected = [compose(pi, sigma).act(network), network, network, network, pi.act(network)]
    return [each.layers for each in computed], [each.layers for each in expected]
