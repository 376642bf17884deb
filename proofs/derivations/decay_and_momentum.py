"""Derivations of NOETHER on decay and momentum: one step, with the parameters in a row and a generator as a matrix."""

import functools

import sympy

from proofs.derivations.linear_networks import form_of_a_generator, moving
from proofs.derivations.noether import B, G, theta, v
from proofs.derivations.notation import *

lam, mu = sympy.symbols("lambda mu", positive=True)

one, other = sympy.Idx("s", parameters), sympy.Idx("t", parameters)


def form(left, right, sign: int):
    """<left, A right> for the generator A, B plus `sign` times its transpose; both are formulas in a parameter's index."""
    return total(left(one) * (B[one, other] + sign * B[other, one]) * right(other), one, other)


def decay(fault: str = ""):
    """NOETHER.7."""
    parameter, gradient = (each.__getitem__ for each in (theta, G))
    symmetric = functools.partial(form, sign=1)
    shrunk = 1 - eta * lam

    def moved(at):
        if fault == "decay after the step":
            return shrunk * (theta[at] - eta * G[at])
        return theta[at] - eta * (G[at] + lam * theta[at])

    yield Step(
        "L does not change along exp(epsilon A) theta, so the sum of G[s] times the rate of theta[s] is 0 (NOETHER.2). It is "
        "G A theta, half of G A theta + theta A G, as A is symmetric.",
        symmetric(gradient, parameter) + symmetric(parameter, gradient),
        2 * total(G[one] * rate(theta[one] + epsilon * applied(1)), one),
    )
    yield Step(
        "A step with decay takes theta to (1 - eta lambda) theta - eta G. So in Q the products of theta and G, which is what "
        "adds up to 0, are multiplied by -2 eta (1 - eta lambda), and the others by the squares of the two factors.",
        symmetric(moved, moved) + 2 * eta * shrunk * symmetric(gradient, parameter),
        shrunk**2 * symmetric(parameter, parameter) + eta**2 * symmetric(gradient, gradient),
        concludes=Sides(form_of_a_generator, "", widths=(*WIDTHS, parameters)),
    )


def applied(sign: int):
    """A theta at parameter s."""
    return total((B[one, other] + sign * B[other, one]) * theta[other], other)


def momentum(fault: str = ""):
    """NOETHER.8."""
    antisymmetric = functools.partial(form, sign=-1)
    parameter, velocity = (each.__getitem__ for each in (theta, v))

    def faster(at):
        return mu * v[at] - eta * G[at]

    def moved(at):
        return theta[at] + faster(at)

    def where(at):
        return theta[at] + mu * v[at] if fault == "Nesterov" else theta[at]

    yield Step(
        "Write A as B - B^T. A velocity v' has no part in its own direction A v': the sum of v'[s] A[s, t] v'[t] has each "
        "term twice, with both signs.",
        antisymmetric(faster, faster),
        0,
    )
    yield Step(
        "So <v', A (theta + v')> is <v', A theta>. Of it, the part -eta <G, A theta> is 0: L does not change along "
        "exp(epsilon A) theta (NOETHER.2). What remains is mu <v, A theta>.",
        antisymmetric(faster, moved) + eta * antisymmetric(G.__getitem__, where),
        mu * antisymmetric(velocity, parameter),
        concludes=Sides(moving, "", widths=(*WIDTHS, parameters)),
    )
