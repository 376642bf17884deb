"""Derivations of TIE: two units s and t of one layer, equal at the start, followed through one step of training."""

import sympy

from proofs.derivations.notation import *
from symmetry.engine.derive import Step
from symmetry.numbers.symbol import unknown_function


def ties(expression, *arrays) -> tuple:
    """What the hypothesis says of an expression's entries of the given arrays: unit t's are unit s's."""
    entries = [entry for entry in expression.atoms(sympy.Indexed) if entry.base in arrays and t in entry.indices]
    return tuple(
        (entry, entry.func(entry.base, *[s if q == t else q for q in entry.indices]))
        for entry in sorted(entries, key=str)
    )


def tied(expression, *arrays):
    """The expression with unit t's entries of the given arrays replaced by unit s's."""
    return expression.xreplace(dict(ties(expression, *arrays)))


def tied_step(sentence: str, of, *arrays, assuming: str = "") -> Step:
    """What `of` gives for unit t is what it gives for unit s, where their entries of the given arrays are equal."""
    return Step(sentence, of(t), of(s), given=ties(of(t), *arrays), assuming=assuming)


def equal_gradients(fault: str = ""):
    """TIE.1."""
    outgoing = () if fault == "tie incoming weights only" else (V,)
    yield tied_step(
        "Units s and t have equal incoming weights and biases, so in every example equal preactivations z ...",
        lambda unit: total(x[n, i] * W[i, unit], i) + b[unit],
        W,
        b,
    )
    yield tied_step("... and, one activation serving the layer, equal activations.", lambda unit: phi(z[n, unit]), z)
    yield tied_step(
        "Their outgoing weights are equal too, and both read the same errors e[n, k] of the next layer: by GRAD.2 their "
        "errors delta are equal.",
        lambda unit: slope(z[n, unit]) * total(error[n, k] * V[unit, k], k),
        z,
        *outgoing,
    )
    yield tied_step(
        "So are the gradients of incoming weights and bias, the sums over n of a[n, i] delta[n, t] and of delta[n, t] ...",
        lambda unit: total(a[n, i] * delta[n, unit], n) + total(delta[n, unit], n),
        delta,
    )
    yield tied_step(
        "... and of the outgoing weights, the sum over n of phi(z[n, t]) e[n, k].",
        lambda unit: total(phi(z[n, unit]) * error[n, k], n),
        z,
    )


def equal_updates(fault: str = ""):
    """TIE.2."""
    rates = sympy.IndexedBase("rate", real=True)
    first, second = sympy.IndexedBase("g1", real=True), sympy.IndexedBase("g2", real=True)
    update = unknown_function("u")

    def updated(unit):
        step = update(first[i, unit], second[i, unit])
        return W[i, unit] + (rates[unit] * step if fault == "a learning rate per unit" else step)

    yield tied_step(
        "An update is any function u of the gradients g1, g2, ... that the parameter has had. Equal parameters with equal "
        "gradients (TIE.1) get equal updates, so they are equal after the step.",
        updated,
        W,
        first,
        second,
    )
    yield tied_step(
        "By induction on the steps: if the units are equal after the first step, TIE.1 gives equal gradients for the second, "
        "and the same equality for the parameters that it starts from.",
        lambda unit: updated(unit) + update(first[i, unit], second[i, unit]),
        W,
        first,
        second,
        assuming="the principle of induction, on the number of steps",
    )


def fixed_points(fault: str = ""):
    """TIE.4."""
    g, here, there, direction = (sympy.IndexedBase(name, real=True) for name in ("g", "G", "G1", "v"))
    products = sympy.IndexedBase("P", real=True)
    orthogonal = products[j, r] if fault == "g not orthogonal" else one_if_equal(j, r)
    yield Step(
        "Write G for the gradient at theta and G1 for that at g theta. L(g(theta + epsilon v)) = L(theta + epsilon v) for "
        "every v. The left side moves at the rate of the sum of G1[r] g[r, j] v[j], along the direction v = delta_jw that of "
        "G1[r] g[r, w]; the right side at the rate G[w]. So G[w] is the sum of G1[r] g[r, w].",
        total(there[r] * total(g[r, j] * direction[j], j), r).xreplace({direction[j]: one_if_equal(j, w)}),
        total(there[r] * g[r, w], r),
        assuming="the chain rule",
    )
    yield Step(
        "Apply g: the sum over w of g[j, w] G[w] is the sum of g[j, w] g[r, w] G1[r].",
        total(g[j, w] * total(there[r] * g[r, w], r), w),
        total(total(g[j, w] * g[r, w], w) * there[r], r),
    )
    yield Step(
        "g is orthogonal: the sum over w of g[j, w] g[r, w] is delta_jr. So g G = G1.",
        total(orthogonal * there[r], r),
        there[j],
    )
    yield Step(
        "Where g theta = theta, G1 is G, so g G, the sum over r of delta_jr G[r], is G: the gradient is a fixed point of g.",
        total(orthogonal * here[r], r),
        here[j],
    )

    def swap(row, column):
        return swapped(lambda unit: one_if_equal(unit, column), row)

    yield Step(
        "The swap of two units is such a g: its rows are orthonormal. A network in which they are equal is such a theta, and "
        "PERM.3 says that L is invariant. Hence TIE.1 again.",
        total(swap(j, w) * swap(r, w), w),
        one_if_equal(j, r),
        distinct=((s, t),),
    )


def merged_training(fault: str = ""):
    """TIE.5."""
    copies = sympy.Symbol("M", integer=True, positive=True)
    copy = sympy.Idx("g", copies)
    eta = sympy.Symbol("eta", positive=True)
    v, weight = sympy.IndexedBase("v", real=True), sympy.IndexedBase("w", real=True)
    z_of_unit = sympy.IndexedBase("z", real=True)

    def incoming_gradient(outgoing):
        return total(a[n, i] * slope(z_of_unit[n]) * total(error[n, k] * outgoing, k), n)

    outgoing_gradient = total(phi(z_of_unit[n]) * error[n, k], n)
    slow = eta if fault == "rate eta on both" else eta / copies
    yield Step(
        "M tied units contribute M times phi(z[n]) v[k] to the next layer: what one unit with the outgoing weights M v "
        "contributes.",
        total(phi(z_of_unit[n]) * v[k], copy),
        phi(z_of_unit[n]) * (copies * v[k]),
    )
    yield Step(
        "So the errors e of the next layer are the same, and the merged unit's gradient in w is M times that of each copy ...",
        incoming_gradient(copies * v[k]),
        copies * incoming_gradient(v[k]),
    )
    yield Step(
        "... so the copies' step at rate eta is the merged unit's step at rate eta/M.",
        weight[i] - eta * incoming_gradient(v[k]),
        weight[i] - slow * incoming_gradient(copies * v[k]),
    )
    yield Step(
        "The gradient in the outgoing weights is the same for each copy and for the merged unit. The M outgoing weights "
        "together take the merged unit's step at rate eta M.",
        total(v[k] - eta * outgoing_gradient, copy),
        copies * v[k] - eta * copies * outgoing_gradient,
    )
