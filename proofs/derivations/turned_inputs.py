"""Derivations of DATA: an orthogonal matrix between the inputs and the first weights."""

import functools

import numpy as np
import sympy

from proofs.derivations.notation import *
from proofs.derivations.small_networks import OddPolynomial, batch_at, network_at, observed
from proofs.turns import Mirror, SignedOrder
from symmetry.engine.conclude import Setting
from symmetry.engine.formulas import Signs
from symmetry.numbers.symbol import Symbol
from symmetry.training import ElementwiseRule

Q, G = arrays("Q G")
"""The orthogonal matrix; the gradient of the first weights before the inputs are turned."""
f = sympy.Idx("f", d)
order, sign = Reordering("order", (d,)), Signs("sign", real=True)
"""The signed order: input order[i] comes to place i, times sign[i]."""
rule = unknown_function("u")


def turned_inputs(fault: str = ""):
    """DATA.1."""
    meeting = total(Q[f, i] * Q[h, i], i)
    one = () if fault == "Q not orthogonal" else ((meeting, one_if_equal(f, h)),)
    law = functools.partial(Sides, turned_case, widths=WIDTHS)

    yield Step(
        "The inputs x Q meet the weights Q^T W: in a preactivation Q meets its transpose.",
        total(total(x[n, f] * Q[f, i], f) * total(Q[h, i] * W[h, j], h), i) + b[j],
        total(x[n, f] * meeting * W[h, j], f, h) + b[j],
    )

    def outputs(product):
        return chi(next_preactivation(phi(total(x[n, f] * product * W[h, j], f, h) + b[j]) * V[j, k]))

    yield Step(
        "Q is orthogonal, so that is delta_fh. The preactivations stay the same, and so do the outputs and all errors.",
        outputs(meeting),
        outputs(one_if_equal(f, h)),
        given=one,
        concludes=law("[0]", (n, k)),
    )
    yield Step(
        "The gradient of the first weights is the sum of the inputs times delta, which turns as the inputs do. So a step of "
        "gradient descent from Q^T W ends at Q^T times where it ends from W.",
        total(Q[h, i] * W[h, j], h) - eta * total(total(x[n, h] * Q[h, i], h) * delta[n, j], n),
        total(Q[h, i] * (W[h, j] - eta * incoming_gradient().xreplace({i: h})), h),
        concludes=law("[1][0].weight", (i, j)),
    )
    yield Step(
        "For a signed order of the inputs the gradient of a weight is another one's, times a sign. An odd u takes the sign "
        "along, so that the parameter after the update is that other one's, times the sign.",
        sign[i] * W[order[i], j] + rule(sign[i] * G[order[i], j]),
        sign[i] * (W[order[i], j] + rule(G[order[i], j])),
        given=((rule(sign[i] * G[order[i], j]), sign[i] * rule(G[order[i], j])),),
        assuming=f"the hypothesis u(-g) = -u(g); {INDUCTION_ON_STEPS}",
        concludes=law("[2][0].weight", (i, j)),
    )
    yield from others_learn_the_same(law)


def others_learn_the_same(law):
    """The steps of all parameters but the first weights, by gradient descent and by u."""
    updates = (
        ("[1]", lambda before, slopes: before - eta * slopes),
        ("[2]", lambda before, slopes: before + rule(slopes)),
    )
    for path, update in updates:
        for end, indices, before, slopes in (
            ("[0].bias", (j,), b[j], bias_gradient()),
            ("[1].weight", (j, k), V[j, k], outgoing_gradient()),
            ("[1].bias", (k,), c[k], total(error[n, k], n)),
        ):
            after = update(before, slopes)
            sentence = "The other parameters have the same gradients as before, and learn the same."
            yield Step(sentence, after, after, concludes=law(f"{path}{end}", indices))


def turned_case(at) -> Setting:
    """A network, a batch, a mirror and a signed order of its inputs, and an odd rule."""
    from proofs.turned_inputs import INVERSE_RATE, InputTurns

    network, batch = network_at(at), batch_at(at)
    inputs = at.size(d)
    mirror = Mirror(at.array("normal", d), np.ones(inputs, int))
    places, signs = np.array(at.permutation("order", d)), np.array([-1] * inputs)
    known = observed(at, network, batch).knowing(
        Q=mirror.turn_rows(Symbol.of(np.eye(inputs, dtype=int))),
        G=program.backprop(network, batch).layers[0].weight,
        sign=Symbol.of(signs),
        eta=sympy.Rational(1, INVERSE_RATE),
    )
    function = OddPolynomial(at.seed)
    arguments = {
        "network": network,
        "turns": InputTurns(mirror, SignedOrder(places, signs)),
        "batch": batch,
        "rule": ElementwiseRule(function),
    }
    return Setting(arguments, known.choosing(u=function))
