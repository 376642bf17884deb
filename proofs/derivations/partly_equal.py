"""Derivations of TIE: two units s and t that are equal in part, and how a step of training changes the other part."""

import dataclasses
import functools

import sympy
from sympy import exp

from proofs.derivations.equal_initialisation import tied_step, ties
from proofs.derivations.notation import *
from proofs.derivations.small_networks import observed, parts_of_a_unit, tied
from symmetry.actions import Rescaling
from symmetry.activation import RELU
from symmetry.cases import Minibatches
from symmetry.engine.conclude import Part, Setting
from symmetry.loss import SOFTMAX_CROSS_ENTROPY
from symmetry.network import Layer
from symmetry.numbers.symbol import Symbol
from symmetry.training import GradientDescent


def gap(before, gradient):
    """Unit s less unit t after a step of size eta, from what unit j had before and its gradient."""
    return of_unit(before - eta * gradient, s) - of_unit(before - eta * gradient, t)


def alike_step(sentence: str, left, right, *shared, concludes: Sides | tuple = ()) -> Step:
    """A step in which both units have equal entries in the shared arrays."""
    return Step(sentence, left, right, given=ties(left, *shared), concludes=concludes)


def equal_in(at, first, second, **kept) -> Setting:
    """The network, a batch, and two units to be made equal in part."""
    setting = tied(at, first, second, **kept)
    return setting._replace(at=setting.at.knowing(eta=sympy.Rational(1, 16)))


def equal_incoming(fault: str = ""):
    """TIE.6."""
    of_pair = functools.partial(Sides, functools.partial(equal_in, outgoing=False), units=(s, t), widths=WIDTHS)
    yield tied_step(
        "Units s and t have equal incoming weights and biases, and so in every example equal preactivations z.",
        preactivation(),
        W,
        b,
    )
    yield alike_step(
        "Their own errors have equal slopes and differ by the outgoing gap: delta[n, s] - delta[n, t] is phi'(z[n, s]) times "
        "the sum over k of (V[s, k] - V[t, k]) e[n, k].",
        unit_error(s) - unit_error(t),
        slope(z[n, s]) * total((V[s, k] - V[t, k]) * error[n, k], k),
        z,
    )
    apart = slope(z[n, s]) * total((V[s, k] - V[t, k]) * error[n, k], k)
    for path, indices, old, gradient, opened, sentence in (
        (
            "[0][0]",
            (i,),
            W[i, j],
            incoming_gradient,
            total(x[n, i] * apart, n),
            "Incoming weights move by -eta times the sum over n of x[n, i] times the error. They were equal, so the step opens a "
            "gap of -eta times the sum of x[n, i] times that difference ...",
        ),
        (
            "[0][1]",
            (),
            b[j],
            bias_gradient,
            total(apart, n),
            "... and between the biases a gap of -eta times the sum of that difference.",
        ),
    ):
        left = gap(old, gradient(unit_error()))
        yield alike_step(sentence, left, -eta * opened, W, b, z, concludes=of_pair(path, indices))
    yield alike_step(
        "The gradient of an outgoing weight is the sum over n of phi(z[n, t]) e[n, k], with the errors e of the next layer, "
        "which both units share. So both gradients are equal, and the step does not change the outgoing gap.",
        gap(V[j, k], outgoing_gradient()),
        0 if fault == "the outgoing gap closes" else V[s, k] - V[t, k],
        z,
        concludes=of_pair("[0][2]", (k,)),
    )


def equal_outgoing(fault: str = ""):
    """TIE.7."""
    apart = total(error[n, k] * (phi(z[n, s]) - phi(z[n, t])), n)
    yield Step(
        "The gradient of an outgoing weight is the sum over n of phi(z[n, s]) e[n, k], with the errors e of the next layer, "
        "which both units share. So the two gradients differ by the sum of e[n, k] times the difference of the activations.",
        outgoing_gradient(s) - outgoing_gradient(t),
        apart,
    )
    yield alike_step(
        "So between equal outgoing weights a step of size eta opens a gap of -eta times that difference.",
        gap(V[j, k], outgoing_gradient()),
        0 if fault == "the gap stays 0" else -eta * apart,
        V,
        concludes=Sides(functools.partial(equal_in, incoming=False), "[0]", (k,), (s, t), WIDTHS),
    )


def constant_gap(fault: str = ""):
    """TIE.11."""
    logit, constant = array("l"), sympy.Symbol("C", real=True)
    exponentials, targets = total(exp(logit[n, q]), q), total(y[n, q], q)
    scaled = targets * exp(logit[n, k]) - exponentials * y[n, k]
    if fault == "half-squared loss":
        scaled = exponentials * (logit[n, k] - y[n, k])
    yield Step(
        "Softmax with cross-entropy has the errors Y p[n, k] - y[n, k], where p = exp(l)/S, S is the sum of the "
        "exponentials and Y that of the targets, usually 1 (GRAD.1). Multiply them by S and sum over the classes: the "
        "result is Y S - S Y = 0. So the errors of an example sum to 0.",
        total(scaled, k),
        0,
    )
    raised = (V[t, k], V[s, k] + constant)
    difference = unit_error(t) - unit_error(s)
    yield Step(
        "Let units s and t have equal incoming weights, and so equal preactivations, and V[t, k] = V[s, k] + C for every "
        "class k. Their errors (GRAD.2) differ by C phi'(z[n, s]) times the sum of the errors e[n, k], which is 0.",
        difference,
        constant * slope(z[n, s]) * total(error[n, k], k),
        given=(raised, *ties(difference, z)),
    )
    of_pair = functools.partial(Sides, trained_on_softmax, units=(s, t), widths=(*WIDTHS, steps))
    of_incoming = (
        ("[0][0]", (i,), W[i, j], total(x[step, n, i] * delta[step, n, j], n)),
        ("[0][1]", (), b[j], total(delta[step, n, j], n)),
    )
    sentences = (
        "By induction on the steps: if the errors were equal in the T steps so far, the gradients of the incoming weights were "
        "equal too. Descent and momentum subtract multiples r[g] of them, so the weights are still equal ...",
        "... and so are the biases.",
    )
    for (path, indices, old, gradient), sentence in zip(of_incoming, sentences, strict=True):
        yield tied_step(
            sentence,
            old - total(multiple[step] * gradient, step),
            W,
            b,
            delta,
            assuming=INDUCTION_ON_STEPS,
            concludes=of_pair(path, indices),
        )
    outgoing = V[j, k] - total(multiple[step] * total(phi(z[step, n, j]) * error[step, n, k], n), step)
    yield Step(
        "The gradients of the outgoing weights were equal too, since the activations were equal. So V[t, k] is still V[s, "
        "k] + C, and the next step starts as the first did.",
        of_unit(outgoing, s) + constant,
        of_unit(outgoing, t),
        given=(raised, *ties(of_unit(outgoing, t), z)),
        concludes=of_pair("[0][2]", (k,)),
    )


steps = sympy.Symbol("T", integer=True, positive=True)
step, multiple = sympy.Idx("g", steps), array("r")
"""Steps of training, and what each step's gradient is multiplied by until the end."""


def trained_on_softmax(at, first, second) -> Setting:
    """The network, batches, two units to tie, and the constant by which their outgoing weights are to differ."""
    arguments, _, _ = tied(at, first, second)
    network, ties, batch = arguments.values()
    constant = at.rational("C")
    start = ties.act(network.with_logits(SOFTMAX_CROSS_ENTROPY))
    incoming, outgoing = start.layers
    raised = outgoing.weight.copy()
    raised[second] = raised[second] + constant
    start = dataclasses.replace(start, layers=(incoming, Layer(raised, outgoing.bias)))
    one = observed(at, start, batch)
    known = {letter: one.known[letter][None] for letter in ("x", "z", "delta", "e")}
    known |= {"V": raised, "r": Symbol.of([sympy.Rational(1, 1024)])}
    at = dataclasses.replace(one, sizes={**at.sizes, steps: 1}).knowing(**known)
    return Setting(
        {"network": network, "ties": ties, "constant": Symbol.of(constant), "batches": Minibatches((batch,))}, at
    )


def proportional(fault: str = ""):
    """TIE.12."""
    alpha = sympy.Symbol("alpha", positive=True)
    right, left, momentum, decay = sympy.symbols("A B mu lambda", real=True)
    outgoing = array("v")

    def value(argument):
        return phi(argument) if fault == "any activation" else right * argument + left * sympy.Abs(argument)

    def its_slope(argument):
        return slope(argument) if fault == "any activation" else right + left * sympy.sign(argument)

    yield Step(
        "A unit with alpha times the incoming weights and bias has alpha times the preactivation.",
        preactivation(s, alpha),
        alpha * preactivation(s),
    )
    yield Step(
        "If phi(c z) = c phi(z) for every c > 0, phi is linear on each side of 0: it is A z + B |z|. So the activation is alpha "
        "times as large ...",
        value(alpha * z[n]),
        alpha * value(z[n]),
    )
    yield Step("... and the slope, A + B sign(z), is the same.", its_slope(alpha * z[n]), its_slope(z[n]))

    def incoming_gradient_at(factor):
        return total(x[n, i] * its_slope(factor * z[n]) * total(error[n, k] * factor * outgoing[k], k), n)

    yield Step(
        "With alpha times the outgoing weights, the gradients of its incoming weights are alpha times as large (GRAD.2, GRAD.3). "
        "So is that of its bias, with 1 in the place of x[n, i] ...",
        incoming_gradient_at(alpha),
        alpha * incoming_gradient_at(1),
    )
    yield Step(
        "... and so are those of its outgoing weights.",
        total(value(alpha * z[n]) * error[n, k], n),
        alpha * total(value(z[n]) * error[n, k], n),
    )
    rule = unknown_function("rule") if fault == "the first step of Adam" else (lambda moved: moved)
    of_s, of_t = sympy.symbols("alpha_s alpha_t", positive=True)
    weight, velocity, slopes = sympy.symbols("w m g", real=True)

    def after(factor):
        parameter, speed, pull = factor * weight, factor * velocity, factor * slopes
        return parameter + momentum * speed - eta * rule(pull + decay * parameter)

    yield Step(
        "Descent with momentum mu and weight decay lambda adds multiples of a parameter w, of its velocity m and of its "
        "gradient g. In units s and t these are alpha_s and alpha_t times w, m and g. So are the results, and alpha_t times "
        "the first is alpha_s times the second. The next step starts as the first did.",
        of_t * after(of_s),
        of_s * after(of_t),
        assuming=INDUCTION_ON_STEPS,
        concludes=Sides(proportional_units, "[0]", units=(s, t), widths=WIDTHS, each_part=True),
    )


def proportional_units(at, first, second) -> Setting:
    """The network with ReLU units, two of them to be proportional, and batches; w, m and g are those before the last step."""
    arguments, _, _ = tied(at, first, second)
    network, ties, batch = arguments.values()
    network = network.with_hidden(RELU)
    factors = at.array("alpha", m).map(abs)
    start = Rescaling((factors,)).enlarge(ties.act(network))
    descent = GradientDescent(1024, momentum=2, decay=8)
    before = descent.train(start, [batch])
    # What unit s has, by its factor: what a unit of factor 1 would have.
    alone = Rescaling((1 / factors,))
    velocity = program.map_parameters(lambda new, old: new - old, before, start)
    things = {"w": before, "m": velocity, "g": program.backprop(before, batch)}
    by_unit = parts_of_a_unit(**{letter: alone.enlarge(each) for letter, each in things.items()})
    parts = {
        end: Part(None, {letter: array[..., first] for letter, array in part.arrays.items()})
        for end, part in by_unit.items()
    }
    known = {"alpha_s": factors[first], "alpha_t": factors[second], "mu": sympy.Rational(1, 2)}
    known |= {"eta": sympy.Rational(1, 1024), "lambda": sympy.Rational(1, 8)}
    scales, batches = Rescaling((factors,)), Minibatches((batch, batch))
    return Setting({"network": network, "ties": ties, "scales": scales, "batches": batches}, at.knowing(**known), parts)
