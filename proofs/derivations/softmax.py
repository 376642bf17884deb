"""Derivations of SOFT: changes of the logits that softmax ignores, and sums of weights that training conserves."""

import sympy
from sympy import exp, log

from proofs.derivations.notation import *
from symmetry.engine.normal_form import normal_form
from symmetry.loss import softmax

logit = array("l")
"""Logits: the outputs that softmax is given."""


def share(formula):
    """The share of class k in the sum over all classes: if the formula in k is the exponential of its logit, the softmax."""
    return formula / total(formula.xreplace({k: q}), q)


def one_partition(gap):
    """A difference in which factors that a sum does not depend on have left it, and equal sums have cancelled."""

    def pulled_out(part):
        body = part.function

        def depending(limit):
            return [factor for factor in sympy.Mul.make_args(body) if limit[0] in factor.free_symbols]

        for limit in sorted(part.limits, key=lambda limit: len(depending(limit))):
            inside = sympy.Mul(*depending(limit))
            body = body / inside * normal_form(sympy.Sum(inside, limit))
        return body

    flat = normal_form(gap)
    return sympy.cancel(normal_form(flat.replace(lambda part: isinstance(part, sympy.Sum), pulled_out)))


def shift_invariance(fault: str = ""):
    """SOFT.1."""
    shift, added, constant = *arrays("u C"), sympy.Symbol("t", real=True)
    moved = total(shift[j] * a[n, j], j) + constant
    yield Step(
        "Add u[j] to every outgoing weight of hidden unit j and t to every output bias. Each logit of example n, the sum of "
        "a[n, j] V[j, k] + c[k], then grows by the sum of u[j] a[n, j], plus t: the same for every class k.",
        total(a[n, j] * (V[j, k] + shift[j]), j) + c[k] + constant,
        total(a[n, j] * V[j, k], j) + c[k] + moved,
    )

    def partition(of):
        return 1 + exp(of) if fault == "sigmoid outputs" else total(exp(of.xreplace({k: q})), q)

    yield Step(
        "Call it C[n]. Every exponential, and so their sum, is multiplied by exp(C[n]): the quotient exp(l[n, k]) / sum of "
        "exp(l[n, q]) stays the same. Here the two quotients are multiplied by both sums.",
        exp(logit[n, k] + added[n]) * partition(logit[n, k]),
        exp(logit[n, k]) * partition(logit[n, k] + added[n]),
        simplify=lambda gap: normal_form(sympy.expand(gap, power_exp=True)),
    )
    yield Run(
        "The program's `softmax` is this quotient.",
        lambda at: softmax(at.array("l", N, p)),
        share(exp(logit[n, k])),
        (n, k),
        (N, p),
    )


def conserved_sums(fault: str = ""):
    """SOFT.2."""
    steps = sympy.Symbol("T", integer=True, positive=True)
    step = sympy.Idx("g", steps)
    free, exponential = array("f"), sympy.IndexedBase("E", positive=True)
    probability = share(exponential[step, n, k])
    target = free[step, n, k] - (total(free[step, n, q], q) - 1) / p
    yield Step(
        "Write E[g, n, k] for exp(l), the exponential of a logit in step g. The probabilities of an example sum to 1 ...",
        total(probability, k),
        1,
        simplify=one_partition,
    )
    yield Step(
        "... and so do its targets, written here as any numbers f less the same amount each: the excess of their sum over 1, "
        "divided by how many they are.",
        total(target, k),
        1,
    )
    difference = probability - target
    yield Step(
        "So the errors of an example in step g, the probabilities less the targets (GRAD.1), sum to 0 over the classes.",
        total(difference, k),
        0,
        simplify=one_partition,
    )
    rule = unknown_function("rule") if fault == "Adam" else (lambda gradient: gradient)
    gradient = total(a[step, n, j] * delta[step, n, k], n)
    yield Step(
        "The gradient in the outgoing weight V[j, k] is the sum over the examples of a[n, j] times the error (GRAD.3). T "
        "steps of descent subtract eta times the sum of the steps' gradients, whatever their batches. So the sum of the "
        "weights over the classes falls by eta times the sum of a[n, j] times the sum of an example's errors ...",
        total(V[j, k] - eta * total(rule(gradient), step), k),
        total(V[j, k], k) - eta * total(rule(total(a[step, n, j] * total(delta[step, n, k], k), n)), step),
    )
    yield Step(
        "... which is 0: the sum over the classes of a hidden unit's outgoing weights stays the same.",
        total(V[j, k] - eta * total(total(a[step, n, j] * difference, n), step), k),
        total(V[j, k], k),
        simplify=one_partition,
    )
    yield Step(
        "The gradient in the output bias c[k] is the sum of the errors, so the sum of the biases stays the same too.",
        total(c[k] - eta * total(total(difference, n), step), k),
        total(c[k], k),
        simplify=one_partition,
    )


def two_classes(fault: str = ""):
    """SOFT.3."""
    one, other, label = sympy.symbols("a b y", real=True)
    between = one + other if fault == "sum for difference" else one - other
    yield Step(
        "Divide exp(a) and exp(a) + exp(b) by exp(a): the softmax of two logits a and b is the sigmoid of a - b ...",
        exp(one) / (exp(one) + exp(other)),
        1 / (1 + exp(-between)),
        simplify=sympy.simplify,
    )
    yield Step(
        "... and the other probability is the sigmoid of b - a, or 1 minus the first.",
        exp(other) / (exp(one) + exp(other)),
        1 - 1 / (1 + exp(-between)),
        simplify=sympy.simplify,
    )
    yield Step(
        "The sum of the two exponentials is exp(b) (1 + exp(a - b)) ...",
        exp(one) + exp(other),
        exp(other) * (1 + exp(between)),
        simplify=lambda gap: sympy.expand(gap, power_exp=True),
    )
    yield Step(
        "... so with targets y and 1 - y the cross-entropy, the logarithm of that sum less y a + (1 - y) b, is the binary "
        "cross-entropy of the difference.",
        log(exp(other) * (1 + exp(between))) - label * one - (1 - label) * other,
        log(1 + exp(between)) - label * between,
        simplify=lambda gap: sympy.expand(sympy.expand_log(gap, force=True)),
    )
