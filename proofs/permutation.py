"""PERM: the hidden units of a layer are interchangeable (hechtnielsen1990algebraic, chen1993geometry)."""

from proofs.derivations import permutation as derivations
from proofs.hessian import hessian_times
from symmetry.architecture import THREADS
from symmetry.cases import Direction
from symmetry.group import UnitPermutation, gather_units
from symmetry.network import Batch, Network, backprop, batch_loss, forward, forward_pass
from symmetry.statements.theorem import theorem

SOURCES = ("hechtnielsen1990algebraic", "chen1993geometry")
HYPOTHESES = (
    "one activation shared by the units of a layer; any widths, any depth, any permutation of each hidden layer"
)


def incoming_only(pi: UnitPermutation, network: Network) -> Network:
    """Moves the columns of each layer's own weight and its bias, and leaves the next weight where it is."""
    return gather_units(network, pi.permutations, outgoing=False)


def outgoing_by_the_inverse(pi: UnitPermutation, network: Network) -> Network:
    """Moves the rows of each next weight by the inverse permutation."""
    moved = gather_units(network, pi.permutations, outgoing=False)
    return gather_units(moved, pi.inverse().permutations, incoming=False)


def invariance_of(quantity):
    """A law: the quantity is the same after acting. Its controls act wrongly."""

    def acting(act):
        def law(network: Network, pi: UnitPermutation, batch: Batch):
            return quantity(act(pi, network), batch), quantity(network, batch)

        return law

    return acting


outputs = invariance_of(lambda network, batch: forward(network, batch.x))
loss = invariance_of(batch_loss)


def activations_law(act):
    def law(network: Network, pi: UnitPermutation, batch: Batch):
        hidden = slice(1, -1)
        moved = forward_pass(act(pi, network), batch.x)[1][hidden]
        return moved, pi.act_on_units(forward_pass(network, batch.x)[1][hidden])

    return law


def wrongly(law) -> dict:
    """The two ways of acting on half the weights, as controls."""
    return {
        "permute incoming weights only": law(incoming_only),
        "permute outgoing weights by the inverse": law(outgoing_by_the_inverse),
    }


@theorem(
    "PERM.1",
    title="Permuting hidden units preserves the function",
    statement=r"f(\pi\cdot\theta, x) = f(\theta, x)",
    hypotheses=HYPOTHESES,
    cites=SOURCES,
    controls=wrongly(outputs),
    derivation=derivations.function,
    glances=THREADS,
)
def permuting_hidden_units_preserves_the_function(network: Network, pi: UnitPermutation, batch: Batch):
    return forward(pi.act(network), batch.x), forward(network, batch.x)


@theorem(
    "PERM.2",
    title="Hidden activations permute with the units",
    statement=r"a^l(\pi\cdot\theta, x) = \pi\cdot a^l(\theta, x)",
    hypotheses=HYPOTHESES,
    cites=SOURCES,
    controls={
        "permute outgoing weights only": activations_law(
            lambda pi, network: gather_units(network, pi.permutations, incoming=False)
        ),
        "permute by the inverse": activations_law(lambda pi, network: pi.inverse().act(network)),
    },
    derivation=derivations.activations,
    glances=THREADS,
)
def hidden_activations_permute_with_the_units(network: Network, pi: UnitPermutation, batch: Batch):
    return activations_law(lambda pi, network: pi.act(network))(network, pi, batch)


@theorem(
    "PERM.3",
    title="Every loss is invariant under permuting hidden units",
    statement=r"L(\pi\cdot\theta) = L(\theta)",
    hypotheses=f"{HYPOTHESES}; any loss of outputs and targets",
    cites=SOURCES,
    controls=wrongly(loss),
    derivation=derivations.loss,
    glances=THREADS,
)
def every_loss_is_invariant(network: Network, pi: UnitPermutation, batch: Batch):
    return batch_loss(pi.act(network), batch), batch_loss(network, batch)


def gradient_unpermuted(network: Network, pi: UnitPermutation, batch: Batch):
    return backprop(pi.act(network), batch), backprop(network, batch)


@theorem(
    "PERM.4",
    title="The gradient at the permuted network is the permuted gradient",
    statement=r"\nabla L(\pi\cdot\theta) = \pi\cdot\nabla L(\theta)",
    hypotheses=f"{HYPOTHESES}; activations and loss differentiable where they are evaluated",
    cites=SOURCES,
    controls={"compare unpermuted": gradient_unpermuted},
    derivation=derivations.gradient,
    glances=THREADS,
)
def the_gradient_permutes_with_the_units(network: Network, pi: UnitPermutation, batch: Batch):
    return backprop(pi.act(network), batch), pi.act(backprop(network, batch))


def hessian_unpermuted(network: Network, pi: UnitPermutation, batch: Batch, direction: Direction):
    moved = hessian_times(pi.act(network), batch, pi.act(direction).layers)
    return moved, hessian_times(network, batch, direction.layers)


@theorem(
    "PERM.5",
    title="The Hessian permutes by rows and columns, so its spectrum is one",
    statement=r"H(\pi\cdot\theta) = \pi H(\theta) \pi^T, \qquad "
    r"\mathrm{spec}\, H(\pi\cdot\theta) = \mathrm{spec}\, H(\theta)",
    hypotheses=f"{HYPOTHESES}; activations and loss twice differentiable where they are evaluated",
    cites=SOURCES,
    controls={"compare unpermuted": hessian_unpermuted},
    derivation=derivations.hessian,
    glances=THREADS,
)
def the_hessian_permutes_by_rows_and_columns(network: Network, pi: UnitPermutation, batch: Batch, direction: Direction):
    moved = hessian_times(pi.act(network), batch, pi.act(direction).layers)
    return moved, pi.act(hessian_times(network, batch, direction.layers))


def action_law(compose):
    """Both sides of PERM.8, with the composition left open for its control."""

    def law(network: Network, pi: UnitPermutation, sigma: UnitPermutation):
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

    return law


@theorem(
    "PERM.8",
    title="Permutations act as a group, on each layer independently",
    statement=r"\pi\cdot(\sigma\cdot\theta) = (\pi\sigma)\cdot\theta, \quad \mathrm{id}\cdot\theta = \theta, \quad "
    r"\pi^{-1}\cdot(\pi\cdot\theta) = \theta, \quad \pi = \textstyle\prod_l \pi_l",
    hypotheses="any permutations of the units of each hidden layer; any widths and depth",
    cites=SOURCES,
    controls={"composition in the wrong order": action_law(lambda pi, sigma: sigma.compose(pi))},
    derivation=derivations.action,
    glances=THREADS,
)
def permutations_act_as_a_group(network: Network, pi: UnitPermutation, sigma: UnitPermutation):
    return action_law(lambda pi, sigma: pi.compose(sigma))(network, pi, sigma)
