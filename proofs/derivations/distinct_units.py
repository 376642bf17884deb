"""Derivation of TIE.10: two units s and t that differ cannot meet in one short step of gradient descent."""

import numpy as np
import sympy

from proofs.derivations.notation import *
from proofs.derivations.small_networks import batch_at, network_at, observed, parts_of_a_unit
from symmetry.actions import TiedUnits
from symmetry.activation import IDENTITY
from symmetry.engine.conclude import Setting

theta, gradient = arrays("theta G")
"""theta[j, i] is parameter i of unit j, (w, b, v) in a row; G[j, i] the gradient there."""


def surviving_gap(fault: str = ""):
    """TIE.10."""

    def from_its_swap(of):
        return total((of[j, i] - swapped(of[j, i])) ** 2, j, i)

    def between(of):
        return total((of[s, i] - of[t, i]) ** 2, i)

    yield swap_step(
        "Let P swap the units s and t. The squared distance from theta to P theta is twice that between the two units.",
        from_its_swap(theta),
        2 * between(theta),
    )
    yield swap_step(
        "The gradient at P theta is P G (PERM.4), so the squared distance of the two gradients is twice that between the "
        "gradients of the units. If the gradient is Lipschitz with constant Lambda between theta and P theta, the gap of the "
        "gradients is therefore at most Lambda times the gap of the units.",
        from_its_swap(gradient),
        2 * between(gradient),
    )
    gap, of_gradients = arrays("d D")
    product = total(gap[i] * of_gradients[i], i)
    yield Step(
        "Write d for the gap of the units and D for the gap of their gradients. A step leaves the gap d - eta D. Its squared "
        "length is that of d, less 2 eta times the product d D, plus eta^2 times that of D.",
        total((gap[i] - eta * of_gradients[i]) ** 2, i),
        total(gap[i] ** 2, i) - 2 * eta * product + eta**2 * total(of_gradients[i] ** 2, i),
    )
    yield Step(
        "Lagrange's identity: the product of the squared lengths exceeds the square of d D by half a sum of squares. So d D is "
        "at most the product |d| |D| of the lengths.",
        total(gap[i] ** 2, i) * total(of_gradients[i] ** 2, i) - product**2,
        total((gap[i] * of_gradients[h] - gap[h] * of_gradients[i]) ** 2, i, h) / 2,
    )
    length, rest = sympy.symbols("A rho", positive=True)
    slack, other = sympy.symbols("sigma tau", nonnegative=True)
    lipschitz = (1 + rest if fault == "eta Lambda = 1 or more" else 1 - rest) / eta
    of_gradient = lipschitz * length - slack
    longer = length**2 - 2 * eta * (length * of_gradient - other) + eta**2 * of_gradient**2
    yield Inequality(
        "Write A for |d|, and tau for the difference |d| |D| - d D, which is not negative. The gap after the step is at least "
        "|d| - eta |D| long: the squares differ by 2 eta tau.",
        (length - eta * of_gradient) ** 2,
        longer,
    )
    yield Inequality(
        "Write rho for 1 - eta Lambda, positive by hypothesis, and sigma for the difference Lambda |d| - |D|, which is not "
        "negative. Then |d| - eta |D| is rho A + eta sigma. So units that differ before the step, A > 0, differ after it ...",
        0,
        (1 - eta * lipschitz) * length,
        strict=True,
    )
    yield Inequality(
        "... and the gap is at least rho times as long as before.",
        (rest * length) ** 2,
        longer,
        concludes=Sides(two_units, "[0]", units=(s, t), widths=WIDTHS),
    )


def two_units(at, first, second) -> Setting:
    """A linear network, a batch and two units; A, rho, sigma and tau are those of a step of size 1/(1 + Lambda)."""
    network, batch = network_at(at, hidden=IDENTITY), batch_at(at)
    ties = TiedUnits(((np.array(first), np.array(second)),))
    at = observed(at, network, batch)
    moment = [*(batch.x.T @ at.known["e"]).ravel(), *at.known["e"].sum(0)]
    constant = sum(map(sympy.Abs, moment))
    gap, of_gradients = (
        [
            entry
            for part in parts_of_a_unit(F=each).values()
            for entry in np.ravel(part.arrays["F"][..., first] - part.arrays["F"][..., second])
        ]
        for each in (network, program.backprop(network, batch))
    )
    product = sum(one * other for one, other in zip(gap, of_gradients, strict=True))
    length, steepness = (sympy.sqrt(sum(entry**2 for entry in each)) for each in (gap, of_gradients))
    known = {"eta": 1 / (1 + constant), "rho": 1 / (1 + constant), "A": length}
    known |= {"sigma": constant * length - steepness, "tau": length * steepness - product}
    return Setting({"network": network, "ties": ties, "batch": batch}, at.knowing(**known))
