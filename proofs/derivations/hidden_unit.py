"""What one hidden unit computes, contributes to the next layer and learns, as formulas in the unit's index."""

from proofs.derivations.notation import *


def preactivation(unit, factor=1):
    """z of a unit, its incoming weights and its bias multiplied by a factor."""
    return total(x[n, i] * (factor * W[i, unit]), i) + factor * b[unit]


def contribution(unit):
    """What a unit adds to the preactivation u[n, k] of the next layer."""
    return phi(z[n, unit]) * V[unit, k]


def next_preactivation(contributed):
    """u[n, k] of the next layer, from what each unit j of this one adds to it."""
    return total(contributed, j) + c[k]


def others(of):
    """The sum over all units except s."""
    return total((1 - one_if_equal(j, s)) * of(j), j)


def unit_error(unit):
    """delta of a unit, from the errors of the next layer (GRAD.2)."""
    return slope(z[n, unit]) * total(error[n, k] * V[unit, k], k)


def incoming_gradients(unit):
    """The gradient of the unit's weight from input i plus that of its bias, from its errors delta (GRAD.3)."""
    return total(a[n, i] * delta[n, unit], n) + total(delta[n, unit], n)


def outgoing_gradient(unit):
    """The gradient of the unit's weight to unit k of the next layer (GRAD.3)."""
    return total(phi(z[n, unit]) * error[n, k], n)
