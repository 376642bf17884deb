"""Derivations of SOFT: changes of the logits that softmax ignores, and sums of weights that training conserves."""

import dataclasses
import functools

import sympy
from sympy import exp, log

from proofs.derivations.notation import *
from proofs.derivations.small_networks import batch_at, direction_at, network_at
from symmetry.engine.conclude import Setting
from symmetry.engine.instantiate import Instantiation
from symmetry.engine.normal_form import normal_form
from symmetry.loss import SOFTMAX_CROSS_ENTROPY
from symmetry.network import Batch, Network

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
    shift, constant, added = array("U"), sympy.Symbol("t", real=True), array("C")
    yield Step(
        "Add U[j] to every outgoing weight of hidden unit j and t to every output bias. Each logit of example n, the sum of "
        "a[n, j] V[j, k] + c[k], then grows by the sum of U[j] a[n, j], plus t: the same for every class k.",
        total(a[n, j] * (V[j, k] + shift[j]), j) + c[k] + constant,
        total(a[n, j] * V[j, k], j) + c[k] + total(shift[j] * a[n, j], j) + constant,
    )

    def probability(of):
        return exp(of) / (1 + exp(of)) if fault == "sigmoid outputs" else share(exp(of))

    law = functools.partial(Sides, shifted, widths=WIDTHS)
    yield Step(
        "Call that C[n]. Every exponential, and so their sum, is multiplied by exp(C[n]): the quotient exp(l[n, k]) / sum of "
        "exp(l[n, q]) stays the same.",
        probability(logit[n, k] + added[n]),
        probability(logit[n, k]),
        simplify=lambda gap: one_partition(sympy.expand(gap, power_exp=True)),
        concludes=law("[0]", (n, k)),
    )
    moved_sum = total(exp(logit[n, q] + added[n]), q)
    still_sum = exp(added[n]) * total(exp(logit[n, q]), q)
    yield Step(
        "The logarithm of the sum of exponentials grows by C[n] too, as each logit does: so the loss, the sum of y times their "
        "difference, stays the same.",
        total(y[n, k] * (log(moved_sum) - logit[n, k] - added[n]), n, k),
        total(y[n, k] * (log(total(exp(logit[n, q]), q)) - logit[n, k]), n, k),
        given=((moved_sum, still_sum),),
        simplify=lambda gap: normal_form(sympy.expand_log(gap, force=True)),
        concludes=law("[1]"),
    )


def classifier_at(at) -> tuple[Network, Batch, Instantiation]:
    """A classifier, its batch, whose targets sum to 1, and the instance that knows its logits l, a and the targets y."""
    network, batch = network_at(at).with_logits(SOFTMAX_CROSS_ENTROPY), batch_at(at)
    targets = batch.y - (batch.y.sum(-1, keepdims=True) - 1) / at.size(p)
    (_, logits), activations = program.forward_pass(network, batch.x)
    return network, Batch(batch.x, targets), at.knowing(l=logits, a=activations[1], y=targets)


def shifted(at) -> Setting:
    """A classifier, a batch and a shift; C is by how much the logits of each example grow."""
    network, batch, known = classifier_at(at)
    shift = direction_at(at, "s")
    last = shift.layers[1]
    grown = known.known["a"] @ last.weight[:, 0] + last.bias[0]
    known = known.knowing(U=last.weight[:, 0], t=last.bias[0], C=grown)
    return Setting({"network": network, "shift": shift, "batch": batch}, known)


steps = sympy.Symbol("T", integer=True, positive=True)
step = sympy.Idx("g", steps)
"""Steps of training."""


def conserved_sums(fault: str = ""):
    """SOFT.2."""
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
    law = functools.partial(Sides, descended, widths=(*WIDTHS, steps))
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
        concludes=law("[0]", (j,)),
    )
    yield Step(
        "The gradient in the output bias c[k] is the sum of the errors, so the sum of the biases stays the same too.",
        total(c[k] - eta * total(total(difference, n), step), k),
        total(c[k], k),
        simplify=one_partition,
        concludes=law("[1]"),
    )


def descended(at) -> Setting:
    """A classifier and a batch, on which the law takes one step of gradient descent."""
    network, batch, known = classifier_at(at)
    letters = {"E": known.known["l"].map(exp)[None], "a": known.known["a"][None], "f": batch.y[None]}
    known = dataclasses.replace(known, sizes={**at.sizes, steps: 1}).knowing(eta=sympy.Rational(1, 8), **letters)
    return Setting({"network": network, "batch": batch}, known)


def two_classes(fault: str = ""):
    """SOFT.3."""
    one, other, label = logit[n, 0], logit[n, 1], y[n, 0]
    between = one + other if fault == "sum for difference" else one - other
    law = functools.partial(Sides, classifier_of_two, widths=WIDTHS)
    yield Step(
        "Divide exp(a) and exp(a) + exp(b) by exp(a): the softmax of two logits, a = l[n, 0] and b = l[n, 1], is the sigmoid of "
        "a - b ...",
        exp(one) / (exp(one) + exp(other)),
        1 / (1 + exp(-between)),
        simplify=sympy.simplify,
        concludes=law("[0]", (n, None)),
    )
    yield Step(
        "... and the other probability is the sigmoid of b - a, or 1 minus the first.",
        exp(other) / (exp(one) + exp(other)),
        1 - 1 / (1 + exp(-between)),
        simplify=sympy.simplify,
    )
    both, factored = exp(one) + exp(other), exp(other) * (1 + exp(between))
    yield Step(
        "The sum of the two exponentials is exp(b) (1 + exp(a - b)) ...",
        both,
        factored,
        simplify=lambda gap: sympy.expand(gap, power_exp=True),
    )
    yield Step(
        "... so with targets y and 1 - y the cross-entropy, the logarithm of that sum less y a + (1 - y) b, is the binary "
        "cross-entropy of the difference.",
        total(log(both) - label * one - (1 - label) * other, n),
        total(log(1 + exp(between)) - label * between, n),
        given=((both, factored),),
        simplify=lambda gap: normal_form(sympy.expand_log(gap, force=True)),
        concludes=law("[1]"),
    )


def classifier_of_two(at) -> Setting:
    """A classifier with two outputs, and a batch."""
    network, batch, known = classifier_at(dataclasses.replace(at, sizes={**at.sizes, p: 2}))
    return Setting({"network": network, "batch": batch}, known)
