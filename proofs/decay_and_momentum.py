"""NOETHER, continued: what weight decay and momentum do to the quantities that an invariance gives."""

from proofs.derivations import decay_and_momentum as derivations
from proofs.equal_initialisation import linear
from proofs.noether import INVERSE_RATE, TWO_HIDDEN_LAYERS, form_of
from proofs.scaling import HOMOGENEOUS, imbalance
from symmetry.actions import HiddenMap
from symmetry.cases import Direction, HomogeneousNetwork
from symmetry.network import Batch, HasLayers, Network, backprop, map_parameters
from symmetry.statements.false_claim import refuted_claim
from symmetry.statements.theorem import WIDE, theorem

INVERSE_DECAY = 16
"""The weight decay lambda is 1/16."""

INVERSE_MOMENTUM = 2
"""The momentum mu is 1/2."""

EXAMPLE = "tried on maps of the hidden spaces of linear networks, with any output activation and loss"


def decay_in_the_step(network: Network, gradient: HasLayers) -> Network:
    """theta - eta (gradient + lambda theta)."""
    return map_parameters(
        lambda parameter, slope: parameter - (slope + parameter / INVERSE_DECAY) / INVERSE_RATE, network, gradient
    )


def decay_after_the_step(network: Network, gradient: HasLayers) -> Network:
    """(1 - eta lambda) (theta - eta gradient)."""

    def moved(parameter, slope):
        stepped = parameter - slope / INVERSE_RATE
        return stepped - stepped / (INVERSE_RATE * INVERSE_DECAY)

    return map_parameters(moved, network, gradient)


@theorem(
    "NOETHER.7",
    title="With weight decay, a step shrinks a symmetric generator's quadratic form by an exact factor",
    statement=r"Q(\theta) = \theta^T A \theta,\ \theta' = \theta - \eta (\nabla L + \lambda \theta) \;\Rightarrow\; "
    r"Q(\theta') = (1 - \eta\lambda)^2 Q(\theta) + \eta^2 Q(\nabla L)",
    hypotheses="A symmetric, L(e^{tA} theta) = L(theta) for all t; lambda is the weight decay, whose term of the step is taken "
    f"at theta, with the gradient or apart from it; {EXAMPLE}, eta = 1/{INVERSE_RATE}, lambda = 1/{INVERSE_DECAY}",
    cites=("kunin2021neural", "tanaka2021noether"),
    controls={"decay after the step": dict(step=decay_after_the_step)},
    derivation=derivations.decay,
    evidence=("derived", "identity"),
    systems=("residues",),
    architectures=TWO_HIDDEN_LAYERS,
    dtypes=WIDE,
)
def weight_decay_shrinks_the_form_by_an_exact_factor(
    network: Network, g: HiddenMap, batch: Batch, *, step=decay_in_the_step
):
    symmetric = linear(network)
    gradient = backprop(symmetric, batch)
    trained = step(symmetric, gradient)
    before, added = form_of(g, symmetric, symmetric).sum(), form_of(g, gradient, gradient).sum()
    once = INVERSE_RATE * INVERSE_DECAY
    kept = before * (once - 1) * (once - 1) / (once * once)
    return form_of(g, trained, trained).sum(), kept + added / (INVERSE_RATE * INVERSE_RATE)


def where_it_is(network: Network, velocity: HasLayers) -> Network:
    """Heavy ball takes the gradient where the parameters are."""
    return network


def further_along(network: Network, velocity: HasLayers) -> Network:
    """Nesterov's momentum takes it at theta + mu v."""
    return map_parameters(lambda parameter, speed: parameter + speed / INVERSE_MOMENTUM, network, velocity)


@theorem(
    "NOETHER.8",
    title="Momentum multiplies the angular momentum by mu at every step, exactly",
    statement=r"A = -A^T,\ v' = \mu v - \eta \nabla L(\theta),\ \theta' = \theta + v' \;\Rightarrow\; "
    r"\langle v', A\theta' \rangle = \mu \langle v, A\theta \rangle",
    hypotheses="L(e^{tA} theta) = L(theta) for all t; heavy-ball momentum mu, any velocity v, and so at every step; "
    f"{EXAMPLE}, mu = 1/{INVERSE_MOMENTUM}, eta = 1/{INVERSE_RATE}",
    cites=("marcotte2024momentum", "tanaka2021noether"),
    controls={"Nesterov": dict(gradient_at=further_along)},
    derivation=derivations.momentum,
    evidence=("derived", "identity"),
    systems=("residues",),
    architectures=TWO_HIDDEN_LAYERS,
    dtypes=WIDE,
)
def momentum_multiplies_the_angular_momentum(
    network: Network, g: HiddenMap, velocity: Direction, batch: Batch, *, gradient_at=where_it_is
):
    symmetric = linear(network)
    gradient = backprop(gradient_at(symmetric, velocity), batch)
    faster = map_parameters(lambda speed, slope: speed / INVERSE_MOMENTUM - slope / INVERSE_RATE, velocity, gradient)
    moved = map_parameters(lambda parameter, speed: parameter + speed, symmetric, faster)
    before, after = (form_of(g, *pair, sign=-1).sum() for pair in ((velocity, symmetric), (faster, moved)))
    return after, before / INVERSE_MOMENTUM


@refuted_claim(
    "NOETHER.9",
    title="Momentum conserves the balance of ReLU units",
    statement=r"\ddot\theta + \gamma \dot\theta = -\nabla L \;\Rightarrow\; \frac{d}{dt} \dot Q = -\gamma \dot Q, \text{ so that "
    r"} \dot Q = 0 \text{ for ever where it is } 0 \text{ once}; \quad Q = \lVert w \rVert^2 + b^2 - \lVert v \rVert^2",
    hypotheses=f"{HOMOGENEOUS}; k = 1; gamma = 1/{INVERSE_MOMENTUM}; (w, b, v) of any hidden unit",
    corrected_by="NOETHER.8",
    cites=("marcotte2024momentum",),
)
def momentum_conserves_the_balance(network: HomogeneousNetwork, velocity: Direction, batch: Batch):
    """Half of Q's rate is the form of theta and its velocity; the rate of that has a term for each of the two."""
    force = map_parameters(lambda speed, slope: -slope - speed / INVERSE_MOMENTUM, velocity, backprop(network, batch))
    turning = zip(imbalance(velocity, velocity, 1), imbalance(force, network, 1), strict=True)
    rates = [kinetic + driven for kinetic, driven in turning]
    return rates, [-each / INVERSE_MOMENTUM for each in imbalance(velocity, network, 1)]
