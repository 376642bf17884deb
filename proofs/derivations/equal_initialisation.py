"""Derivations of TIE: two units s and t of one layer, equal at the start, followed through one step of training."""

import dataclasses
import functools

import numpy as np
import sympy

from proofs.derivations.noether import PULLED_BACK
from proofs.derivations.notation import *
from proofs.derivations.small_networks import batch_at, hidden_parts, network_at, observed, parts_of_a_unit, tied
from symmetry.actions import Reflection
from symmetry.activation import IDENTITY
from symmetry.engine.conclude import Setting
from symmetry.network import Layer
from symmetry.numbers.symbol import Symbol
from symmetry.training import ElementwiseRule


def ties(expression, *shared, sign: int = 1) -> tuple:
    """The hypothesis about the expression's entries of the shared arrays, in pairs: unit t's are sign times unit s's."""
    entries = [entry for entry in expression.atoms(sympy.Indexed) if entry.base in shared and t in entry.indices]
    return tuple(
        (entry, sign * entry.func(entry.base, *[s if index == t else index for index in entry.indices]))
        for entry in sorted(entries, key=str)
    )


def tied_step(
    sentence: str,
    formula,
    *shared,
    sign: int = 1,
    given_sign: int = 1,
    assuming: str = "",
    concludes: Sides | tuple = (),
) -> Step:
    """A step that says that a formula in j is the same for units s and t, if they share the entries of some arrays.

    If the entries differ by a sign, `given_sign`, the formulas may differ by one too, `sign`.
    """
    right = sign * of_unit(formula, t)
    given = ties(right, *shared, sign=given_sign)
    return Step(sentence, of_unit(formula, s), right, assuming, given=given, concludes=concludes)


of_pair = functools.partial(Sides, tied, units=(s, t), widths=WIDTHS)
"""What the law computes of the units s and t, which are equal."""


def equal_gradients(fault: str = ""):
    """TIE.1."""
    outgoing = () if fault == "tie incoming weights only" else (V,)
    yield tied_step(
        "Units s and t read the same inputs with equal weights and biases: in every example their preactivations z are equal ...",
        preactivation(),
        W,
        b,
    )
    yield tied_step(
        "... and so are their activations, since the layer has one activation phi.",
        phi(z[n, j]),
        z,
        concludes=of_pair("[1][0]", (n,)),
    )
    yield tied_step(
        "Their outgoing weights are equal too, and both read the same errors e[n, k] of the next layer: by GRAD.2 their "
        "errors delta are equal.",
        unit_error(),
        z,
        *outgoing,
        concludes=of_pair("[2][0]", (n,)),
    )
    for path, index, formula, known, sentence in (
        (
            "[0]",
            i,
            incoming_gradient(),
            delta,
            "So the gradients of their incoming weights are equal, input by input ...",
        ),
        ("[1]", None, bias_gradient(), delta, "... those of their biases ..."),
        ("[2]", k, outgoing_gradient(), z, "... and those of their outgoing weights (GRAD.3)."),
    ):
        indices = () if index is None else (index,)
        yield tied_step(sentence, formula, known, concludes=of_pair(f"[0]{path}", indices))


def equal_updates(fault: str = ""):
    """TIE.2."""
    first, second, rates = arrays("g1 g2 rate")
    once, twice = unknown_function("u"), unknown_function("u2")
    step = rates[j] if fault == "a learning rate per unit" else 1
    after = F[j] + step * once(first[j])
    yield tied_step(
        "Induction on the steps. Let F be a weight or bias that belongs to a unit, and u the update: any function of "
        "the gradients g1, g2, ... that the parameter has had. If the units are equal after the first step, TIE.1 "
        "speaks of the network as it is then: the new gradients g2 are equal too. So are the second updates, and the "
        "units after them.",
        after + twice(first[j], second[j]),
        F,
        first,
        second,
        assuming=INDUCTION_ON_STEPS,
    )
    yield tied_step(
        "And after the first step they are equal: they start equal, and have equal gradients (TIE.1).",
        after,
        F,
        first,
        concludes=Sides(tied_rule, "[0]", units=(s, t), widths=WIDTHS, each_part=True),
    )


def tied_rule(at, first, second) -> Setting:
    """The network, a batch, two units to tie and any update rule."""
    arguments, known, _ = tied(at, first, second)
    network = arguments["ties"].act(arguments["network"])
    parts = parts_of_a_unit(F=network, g1=program.backprop(network, arguments["batch"]))
    rule = ElementwiseRule(PolynomialActivation("u", at.seed))
    return Setting({**arguments, "rule": rule}, known, parts)


def fixed_points(fault: str = ""):
    """TIE.4. P[j, r] are the entries of g."""
    P, G, G1 = arrays("P G G1")
    product = total(P[j, w] * P[r, w], w)
    orthogonal = () if fault == "g not orthogonal" else ((product, one_if_equal(j, r)),)
    reflected = functools.partial(Sides, reflection_fixes, widths=WIDTHS)
    mapped = total(z[n, r] * total(P[r, w] * P[j, w], w) * V[j, k], j, r)
    yield swap_step(
        "The swap of two units is an orthogonal g: its rows are orthonormal. A network in which they are equal is a theta with "
        "g theta = theta, and PERM.3 says that L is invariant. So TIE.1 is a case of what follows.",
        total(swapped(one_if_equal(j, w)) * swapped(one_if_equal(j, w), r), w),
        one_if_equal(j, r),
    )
    yield Step(
        "More generally, let the hidden layer be linear, and let an orthogonal g mix its units. Both the weights into the "
        "units and those out of them are mixed, so the next layer gets the sums of P[r, w] P[j, w], which are delta_rj. The "
        "outputs and the loss stay the same: L(g theta) = L(theta).",
        losses(chi(mapped + c[k])),
        losses(chi(total(z[n, j] * V[j, k], j) + c[k])),
        given=((product.xreplace({j: r, r: j}), one_if_equal(r, j)), *orthogonal) if orthogonal else (),
        concludes=reflected("[0]"),
    )
    yield PULLED_BACK.cited
    yield Step(
        "Apply g to the gradient G at theta: by the lemma, the sum over w of P[j, w] G[w] is the sum over r and w of "
        "P[j, w] P[r, w] G1[r], where G1 is the gradient at g theta.",
        total(P[j, w] * total(G1[r] * P[r, w], r), w),
        total(product * G1[r], r),
    )
    yield Step(
        "If g theta = theta, G1 is G. So g G, the sum over r of delta_jr G[r], is G: the gradient is a fixed point of g.",
        total(product * G[r], r),
        G[j],
        given=orthogonal,
        concludes=reflected("[1]", (j,), each_part=True),
    )
    yield Step(
        "The next bias is not mixed, and nor is its gradient.", G[k], G[k], concludes=reflected("[1][1].bias", (k,))
    )


def reflection_fixes(at) -> Setting:
    """A linear network, a batch and a reflection of its hidden units; letters for gradients are of its projection."""
    network, batch = network_at(at, hidden=IDENTITY), batch_at(at)
    signs = Symbol.of([sympy.sign(at.rational(f"sign {unit}")) for unit in range(at.size(m))])
    reflection = Reflection((signs,))
    matrix = np.eye(len(signs), dtype=int) - 2 * signs[:, None] * signs / len(signs)
    gradient = program.backprop(reflection.project(network), batch)
    known = observed(at, network, batch).knowing(P=matrix, G=gradient.layers[1].bias)
    return Setting({"network": network, "reflection": reflection, "batch": batch}, known, hidden_parts(G=gradient))


copies = sympy.Symbol("M", integer=True, positive=True)
"""How many tied units are merged."""


def merged_training(fault: str = ""):
    """TIE.5."""
    copy = sympy.Idx("g", copies)
    merged = functools.partial(Sides, units_to_merge, widths=(*WIDTHS, copies))
    slow = eta if fault == "rate eta on both" else eta / copies

    def error_with(outgoing):
        return slope(z[n, j]) * total(error[n, k] * outgoing, k)

    yield Step(
        "M tied units contribute M times phi(z) V to the next layer: as much as one unit with the outgoing weights M V. So the "
        "outputs are equal, and so are the errors e of the next layer.",
        chi(total(phi(z[n, j]) * V[j, k], j, copy) + c[k]),
        chi(total(phi(z[n, j]) * (copies * V[j, k]), j) + c[k]),
        concludes=merged("[0]", (n, k)),
    )
    for path, indices, old, of_errors, sentence in (
        (
            "[1]",
            (i, j),
            W[i, j],
            incoming_gradient,
            "The gradient of an incoming weight is linear in the outgoing ones: that of the merged unit is M times "
            "that of a copy. So the copies' step at rate eta is the merged unit's step at rate eta/M ...",
        ),
        ("[2]", (j,), b[j], bias_gradient, "... and the same holds for the bias."),
    ):
        yield Step(
            sentence,
            old - eta * of_errors(error_with(V[j, k])),
            old - slow * of_errors(error_with(copies * V[j, k])),
            concludes=merged(path, indices),
        )
    yield Step(
        "The gradient in the outgoing weights is the same for each copy and for the merged unit. The M outgoing weights "
        "together take the merged unit's step at rate eta M.",
        total(V[j, k] - eta * outgoing_gradient(), copy),
        copies * V[j, k] - eta * copies * outgoing_gradient(),
        concludes=merged("[3]", (j, k)),
    )


def units_to_merge(at) -> Setting:
    """The network, each of whose units stands for three tied ones, and a batch; z and e are of the merged network."""
    network, batch = network_at(at), batch_at(at)
    first, second = network.layers
    merged = dataclasses.replace(network, layers=(first, Layer(second.weight * 3, second.bias)))
    known = dataclasses.replace(observed(at, merged, batch), sizes={**at.sizes, copies: 3})
    rates = {"eta": sympy.Rational(1, 16), "V": second.weight}
    return Setting({"network": network, "batch": batch}, known.knowing(**rates))
