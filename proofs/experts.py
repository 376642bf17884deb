"""MOE: the symmetries of a mixture of experts (shazeer2017outrageously)."""

import dataclasses
from collections.abc import Callable

from proofs.derivations import experts as derivations
from proofs.expert_modules import MIXED
from proofs.router import CommonColumn, ExpertOrder, Mixture, mixed, sigmoids
from symmetry.architecture import Architecture
from symmetry.loss import softmax
from symmetry.network import Batch, Layer
from symmetry.statements.theorem import WIDE, OtherPrograms, theorem

SIZES = Architecture((3, 2, 2), batch=2)


def reordered(mixture: Mixture, order: ExpertOrder, *, router: bool = True) -> Mixture:
    """The experts in another order, with their columns of the router or without."""
    columns = mixture.router.map(lambda array: array[..., order.order]) if router else mixture.router
    reads, writes = (layer.map(lambda array: array[order.order]) for layer in (mixture.reads, mixture.writes))
    return dataclasses.replace(mixture, router=columns, reads=reads, writes=writes)


def shifted(mixture: Mixture, by: CommonColumn) -> Mixture:
    """The mixture with one column added to every column of the router, and one number to every bias."""
    router = Layer(mixture.router.weight + by.column[:, None], mixture.router.bias + by.bias)
    return dataclasses.replace(mixture, router=router)


@theorem(
    "MOE.1",
    title="Experts permute with their router's columns, to all of which one column may be added",
    statement=r"f(R\pi + r 1^T, \pi\cdot E) = f(R, E), \quad f(x) = \sum_{e \in \mathrm{top}(xR)} "
    r"\frac{p_e}{\sum_{e' \in \mathrm{top}(xR)} p_{e'}} E_e(x), \quad p = \mathrm{softmax}(xR)",
    hypotheses="any order of experts of one shape, the same for the router's columns and biases; r is any column; every "
    "example is sent to those experts that have its k largest logits, for any k, and no two of its logits are equal: at a tie, "
    "which is chosen may depend on the order. What the chosen experts get may be any function of the differences of logits, "
    "such as softmax; with sigmoids in its place experts still permute, but the column matters",
    cites=("shazeer2017outrageously",),
    controls={
        "router left where it was": dict(router=False),
        "sigmoids for softmax": dict(probabilities=sigmoids),
    },
    derivation=derivations.reordered_and_shifted,
    evidence=("derived", "sampled"),
    systems=("balls",),
    architectures=(SIZES,),
    dtypes=WIDE,
    black_boxes=OtherPrograms("run", MIXED, needs=("equinox",)),
)
def experts_permute_with_the_columns_of_their_router(
    mixture: Mixture,
    pi: ExpertOrder,
    column: CommonColumn,
    batch: Batch,
    *,
    router: bool = True,
    probabilities: Callable = softmax,
    run: Callable = mixed,
):
    """The outputs of every example after experts are reordered and the router shifted, and before."""
    moved = shifted(reordered(mixture, pi, router=router), column)
    return run(moved, batch.x, probabilities), run(mixture, batch.x, probabilities)
