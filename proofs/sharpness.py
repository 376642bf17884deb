"""SCALE for second derivatives: rescaling makes a minimum as sharp as one likes (dinh2017sharp)."""

import dataclasses

from proofs.derivations import scaling as derivations
from proofs.hessian import curvatures
from proofs.scaling import HOMOGENEOUS
from proofs.sums import parameters_of, total
from symmetry.actions import Rescaling
from symmetry.architecture import Architecture
from symmetry.cases import HomogeneousNetwork
from symmetry.loss import HALF_SQUARED_ERROR
from symmetry.network import Batch, Network, forward
from symmetry.statements.relation import AtMost, Equal
from symmetry.statements.theorem import WIDE, theorem


def trace(diagonal: Network):
    """The sum of all entries of a diagonal that is written at the places of a network's parameters."""
    return total([array.sum() for array in parameters_of(diagonal.layers)])


def unchanged(rescaling: Rescaling, diagonal: Network) -> Network:
    return diagonal


def rescaled_twice(rescaling: Rescaling, diagonal: Network) -> Network:
    """Every second derivative divided by the square of its parameter's factor."""
    return rescaling.act_on_gradient(rescaling.act_on_gradient(diagonal))


@theorem(
    "SCALE.7",
    title="Flat or sharp: along the orbit of a minimum the Hessian's trace has no bound",
    statement=r"\mathrm{tr}\, H(g_c\theta) = c^{-2}\, \mathrm{tr}\, H_{ww} + c^{2k}\, \mathrm{tr}\, H_{vv} + "
    r"\mathrm{tr}\, H_{\text{rest}}, \text{ so } \sup_c \mathrm{tr}\, H(g_c\theta) = \infty \text{ at a minimum with } "
    r"\mathrm{tr}\, H_{ww} > 0 \text{ or } \mathrm{tr}\, H_{vv} > 0",
    hypotheses=f"{HOMOGENEOUS}; g_c rescales one unit, or each unit of a layer, by c; H_ww includes the bias; activations "
    "and loss twice differentiable where they are evaluated; sampled at perfect fits of half squared error with k = 1",
    cites=("dinh2017sharp",),
    controls={"constant trace": dict(along_the_orbit=unchanged)},
    derivation=derivations.trace,
    evidence=("derived", "sampled"),
    architectures=(Architecture((2, 4, 2)),),
    dtypes=WIDE,
)
def the_trace_of_the_hessian_has_no_bound_along_an_orbit(
    network: HomogeneousNetwork, rescaling: Rescaling, batch: Batch, *, along_the_orbit=rescaled_twice
):
    """At a perfect fit no second derivative is negative, so that the trace is at least the first weight's part of it."""
    fitted = dataclasses.replace(network, loss=HALF_SQUARED_ERROR)
    perfect = Batch(batch.x, forward(fitted, batch.x))
    before = curvatures(fitted, perfect)
    after = trace(curvatures(rescaling.act(fitted), perfect))
    block = (before.layers[0].weight.sum(0) / rescaling.factors[0] / rescaling.factors[0]).sum()
    return [Equal(after, trace(along_the_orbit(rescaling, before))), AtMost(block, after)]
