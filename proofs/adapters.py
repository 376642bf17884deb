"""LORA: what the factors of low-rank adapters are known up to, and what averaging them does (hu2022lora)."""

from proofs.adapter import Adapter, Factors, InvertibleMatrix, balance, gradient_in_factors, on_one_side, rate_of, step
from proofs.adapter_modules import ADAPTED, factors_of_modules_are_known_up_to_an_invertible_matrix
from proofs.derivations import adapters as derivations
from proofs.scaling import INVERSE_RATE
from symmetry.architecture import Architecture
from symmetry.network import Batch
from symmetry.statements.false_claim import refuted_claim
from symmetry.statements.relation import Drift, Equal
from symmetry.statements.theorem import WIDE, OtherPrograms, theorem

RANK_TWO = Architecture((3, 2, 3), batch=2)


@theorem(
    "LORA.1",
    title="The factors of an adapter are known up to an invertible matrix, and training conserves their balance",
    statement=r"(B, A) \to (BG, G^{-1}A) \text{ preserves } BA; \quad M = B^T B - A A^T: \quad \dot M = 0 "
    r"\text{ under gradient flow}, \quad \Delta M = \eta^2 (\nabla_B L^T\, \nabla_B L - \nabla_A L\, \nabla_A L^T) "
    r"\text{ in one step of gradient descent}",
    hypotheses="x (W + B A) with W frozen, any rank, any differentiable loss of what follows; G invertible; no weight decay and "
    "no dropout inside the adapter, one rate for both factors",
    cites=("hu2022lora", "du2018algorithmic"),
    controls={"G on one side": dict(act=on_one_side), "eta for eta^2": dict(order=1)},
    derivation=derivations.invertible_matrices,
    architectures=(RANK_TWO,),
    dtypes=WIDE,
    black_boxes=OtherPrograms("run", ADAPTED, factors_of_modules_are_known_up_to_an_invertible_matrix, needs=("flax",)),
)
def the_factors_of_an_adapter_are_known_up_to_an_invertible_matrix(
    adapter: Adapter, g: InvertibleMatrix, batch: Batch, *, act=InvertibleMatrix.act, order: int = 2
):
    """The products, the rates of B^T B and A A^T, and the change of M in one step of gradient descent."""
    factors, gradient = adapter.factors, gradient_in_factors(adapter, batch)
    moved = step(factors, gradient, INVERSE_RATE)
    return [
        Equal(act(g, factors).product, factors.product),
        Equal(rate_of(factors.into, gradient.into), rate_of(factors.out.T, gradient.out.T)),
        Drift(balance(moved) - balance(factors), INVERSE_RATE, order, balance(gradient)),
    ]


def average(one: Factors, other: Factors) -> Factors:
    """The mean of the factors of two adapters."""
    return Factors((one.into + other.into) / 2, (one.out + other.out) / 2)


@refuted_claim(
    "LORA.2",
    title="Averaging the factors of two adapters averages the adapters",
    statement=r"\tfrac{1}{2}(B + B') \cdot \tfrac{1}{2}(A + A') = \tfrac{1}{2}(BA + B'A')",
    hypotheses="two adapters of one frozen weight and one rank. The factors of each are known only up to a matrix of its own, so "
    "their mean is no function of the adapters: products are what can be averaged",
    cites=("hu2022lora",),
    corrected_by="LORA.1",
)
def averaging_the_factors_averages_the_adapters(adapter: Adapter, other: Factors):
    return average(adapter.factors, other).product, (adapter.factors.product + other.product) / 2
