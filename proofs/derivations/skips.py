"""The derivation of SIGN.5: what a flipped unit lacks, the next layer gets through the skip."""

import dataclasses

import sympy
from sympy import exp

from proofs.derivations.notation import *
from proofs.derivations.sign import FLIPPED, flipped_at, flipped_preactivation, shares
from symmetry.engine.conclude import Setting
from symmetry.engine.instantiate import PolynomialActivation
from symmetry.numbers.symbol import Symbol

S = array("S")
"""The skip: S[i, k] leads from input i to unit k of the layer behind."""


def flip_beside_a_skip(fault: str = ""):
    """SIGN.5."""
    yield from the_named_activations()
    yield flipped_preactivation()
    moved_weights = 0 if fault == "no skip" else total(shares() * W[i, j] * V[j, k], j)
    yield Step(
        "A flipped unit has phi(-z) = phi(z) - z, so that it lacks z V. That is the sum of x W V, which is added through the "
        "skip, and of b V, which is added through the bias.",
        total(x[n, i] * (S[i, k] + moved_weights), i) + total(shares() * b[j] * V[j, k], j),
        total(x[n, i] * S[i, k], i) + total(shares() * preactivation() * V[j, k], j),
    )
    skipped = total(x[n, i] * S[i, k], i)
    yield Step(
        "So the layer behind stays the same, and so does everything after it.",
        chi(next_preactivation((phi(FLIPPED) + shares() * z[n, j]) * V[j, k]) + skipped),
        chi(next_preactivation(contribution()) + skipped),
        given=((phi(FLIPPED), phi(z[n, j]) - shares() * z[n, j]),),
        assuming="the hypothesis phi(z) - phi(-z) = z",
        concludes=Sides(rectifier_network, "", (n, k), widths=WIDTHS),
    )


def the_named_activations():
    """ReLU, SiLU, GELU and softplus have the property."""
    u = sympy.Symbol("z", real=True)
    for name, formula in (
        ("ReLU, z/2 plus |z|/2", (u + sympy.Abs(u)) / 2),
        ("GELU, z (1 + erf(z/sqrt(2)))/2, as erf is odd", u * (1 + sympy.erf(u / sympy.sqrt(2))) / 2),
        ("SiLU, z/(1 + exp(-z))", u / (1 + exp(-u))),
    ):
        yield Step(f"phi(z) - phi(-z) = z holds for {name}.", formula - formula.subs(u, -u), u, simplify=sympy.simplify)
    yield Step(
        "For softplus, log(1 + exp(z)), it holds as 1 + exp(z) is exp(z) times 1 + exp(-z).",
        1 + exp(u),
        exp(u) * (1 + exp(-u)),
        simplify=sympy.expand,
        assuming="the logarithm of a product is a sum",
    )


@dataclasses.dataclass(frozen=True)
class Rectified:
    """z/2 plus the even part of psi, and its slope: what the law makes of psi."""

    psi: PolynomialActivation

    def evaluate(self, z: Symbol, order: int) -> Symbol:
        even = self.psi.evaluate(z, order) + self.psi.evaluate(-z, order) * (-1) ** order
        return (even + (z * 0 + 1 if order else z)) / 2


def rectifier_network(at) -> Setting:
    """A network with such an activation, a skip, a batch and flips."""
    from proofs.skips import Skip

    skip, psi = at.array("S", d, p), PolynomialActivation("psi", at.seed)
    setting = flipped_at(at, psi, skip=Skip(skip))
    return setting._replace(at=setting.at.knowing(S=skip).choosing(phi=Rectified(psi)))
