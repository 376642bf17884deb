"""Derivations of MIRROR: R is a reflection as a matrix that acts on all parameters, P the projection on its mirror."""

import dataclasses
import functools

import numpy as np
import sympy

from proofs.derivations.linear_networks import parts_under
from proofs.derivations.notation import *
from proofs.derivations.small_networks import batch_at, direction_at, network_at
from proofs.hessian import hessian_times
from symmetry.actions import TiedUnits
from symmetry.engine.conclude import Setting
from symmetry.numbers.symbol import Symbol
from symmetry.training import squared_norm

R, K, X, Y, v = arrays("R K X Y v")
"""The reflection; the Hessian; the Hessian times an antisymmetric direction, and times a symmetric one; a direction."""


def decay_pulls(fault: str = ""):
    """MIRROR.1."""
    reflected = total(R[j, r] * F[r], r)
    tied, apart = total(((F[j] + reflected) / 2) ** 2, j), total(((F[j] - reflected) / 2) ** 2, j)
    yield Step(
        "P theta is halfway between theta and R theta. Write D for theta - P theta, the other half of their difference. Then the "
        "squares of P theta and of D sum to half of those of theta and R theta ...",
        tied + apart,
        (total(F[j] ** 2, j) + total(reflected**2, j)) / 2,
    )
    meeting = total(R[j, r] * R[j, s], j)
    yield Step(
        "... and R, being orthogonal, keeps lengths. So |theta|^2 = |P theta|^2 + |D|^2.",
        total(F[r] * meeting * F[s], r, s),
        total(F[r] ** 2, r),
        given=((meeting, one_if_equal(r, s)),),
    )
    at_tied, here = sympy.symbols("Ltied Lhere", real=True)
    half, square, distance = sympy.symbols("Khalf q D", positive=True)
    slack = sympy.Symbol("slack", nonnegative=True)
    surplus = sympy.Symbol("surplus", **({"positive": True} if fault == "" else {"negative": True}))
    yield Step(
        "L + Khalf |theta|^2 is convex, where Khalf is K/2. At P theta it is at most its mean at theta and R theta, which is "
        "its value at theta, by some slack: L(P theta) + Khalf q + slack = L(theta) + Khalf (q + D), with q for |P theta|^2 "
        "and D for |D|^2.",
        at_tied + half * square + slack,
        here + half * (square + distance),
        given=((here, at_tied + slack - half * distance),),
        assuming="a convex function halfway between two points is at most the mean of its values there",
    )
    gamma = half + surplus
    law = functools.partial(Sides, equal_votes, widths=WIDTHS)
    yield Inequality(
        "Write gamma as Khalf + surplus. Put in what L(theta) is. What the loss with decay loses on the way to the mirror "
        "is the slack and the surplus times D: more than 0.",
        at_tied + gamma * square,
        at_tied + slack - half * distance + gamma * (square + distance),
        strict=True,
        concludes=law("[0]"),
    )
    less = sympy.Symbol("less", positive=True)
    yield Inequality(
        "K/2 is the least constant: the loss -Khalf D has this curvature, and with a gamma that is less by some number it is "
        "larger on the mirror.",
        -half * distance + (half - less) * (square + distance),
        (half - less) * square,
        strict=True,
    )
    yield Inequality(
        "With gamma = Khalf + surplus that loss, too, is smaller on the mirror, by the surplus times D.",
        gamma * square,
        -half * distance + gamma * (square + distance),
        strict=True,
        concludes=law("[1]"),
    )


def equal_votes(at) -> Setting | None:
    """A network and a batch, of one output; the letters are of its tied copy."""
    from proofs.mirrors import half_the_difference, half_the_sum, of_equal_votes, swap_of

    at = dataclasses.replace(at, sizes={**at.sizes, p: 1})
    if at.size(m) < 2:
        return None
    network, batch = network_at(at), batch_at(at)
    ties = TiedUnits(((np.array(0), np.array(1)),))
    votes = of_equal_votes(network)
    other = swap_of(ties, votes).act(votes)
    tied = half_the_sum(votes, other)
    bound = (batch.x * batch.x).sum() + at.size(N)
    known = {"Ltied": program.batch_loss(tied, batch), "Khalf": bound / 2, "surplus": bound / 2}
    known |= {"q": squared_norm(tied), "D": squared_norm(half_the_difference(votes, other))}
    known["slack"] = program.batch_loss(votes, batch) - known["Ltied"] + bound / 2 * known["D"]
    return Setting({"network": network, "ties": ties, "batch": batch}, at.knowing(**known))


def no_block_between(fault: str = ""):
    """MIRROR.2."""
    on_mirror = fault != "off the mirror"
    product = total(R[j, r] * R[w, r], r)
    yield Step(
        "By NOETHER.1 the Hessian at R theta is R K R, where K is the Hessian at theta, since R is its own transpose and "
        "inverse. On the mirror R theta is theta, so K is R K R. Multiply it by R from the left: two R meet ...",
        total(R[j, r] * R[w, r] * K[w, t] * R[t, s] * v[s], r, s, t, w),
        total(product * K[w, t] * R[t, s] * v[s], s, t, w),
    )
    yield Step(
        "... and are gone: R K v is K R v.",
        total(product * K[w, t] * R[t, s] * v[s], s, t, w),
        total(K[j, t] * R[t, s] * v[s], s, t),
        given=((product, one_if_equal(j, w)),),
    )
    law = functools.partial(Sides, swapped_units, widths=WIDTHS)
    reflected = [(total(R[j, r] * Y[r], r), Y[j]), (total(R[j, r] * X[r], r), -X[j])] if on_mirror else []
    yield Step(
        "So if R v = v, then Y = K v has R Y = Y. So Y is its own symmetric part, (Y + R Y)/2 ...",
        Y[j],
        (Y[j] + total(R[j, r] * Y[r], r)) / 2,
        given=tuple(reflected[:1]),
        concludes=law("[0]", (j,), each_part=True),
    )
    yield Step(
        "... and if R v = -v, then X = K v has R X = -X, and is its own antisymmetric part, (X - R X)/2.",
        X[j],
        (X[j] - total(R[j, r] * X[r], r)) / 2,
        given=tuple(reflected[1:]),
        concludes=law("[1]", (j,), each_part=True),
    )
    yield Step(
        "Where R does nothing, as on the next bias, Y is kept ...", Y[k], Y[k], concludes=law("[0][1].bias", (k,))
    )
    yield Step("... and X is 0.", X[k], 0, given=((X[k], 0),), concludes=law("[1][1].bias", (k,)))


def swapped_units(at) -> Setting | None:
    """A network, a pair of units, a direction and a batch; R swaps the pair, Y and X are as the law computes them."""
    from proofs.mirrors import half_the_difference, half_the_sum, swap_of

    units = at.size(m)
    if units < 2:
        return None
    network, batch, direction = network_at(at), batch_at(at), direction_at(at, "d")
    ties = TiedUnits(((np.array(0), np.array(units - 1)),))
    swap = swap_of(ties, network)
    point, other = half_the_sum(network, swap.act(network)), swap.act(direction)
    symmetric, antisymmetric = half_the_sum(direction, other), half_the_difference(direction, other)
    things = {name: hessian_times(point, batch, each.layers) for name, each in (("Y", symmetric), ("X", antisymmetric))}
    matrix = Symbol.of(np.eye(units, dtype=int)[np.asarray(swap.permutations[0])])
    known = at.knowing(**{name: each.layers[1].bias for name, each in things.items()})
    arguments = {"network": network, "ties": ties, "direction": direction, "batch": batch}
    return Setting(arguments, known, parts_under(matrix, matrix, "R", **things))
