"""Derivations of TIE: two units s and t that are equal in part, and how a step of training changes the other part."""

import sympy
from sympy import exp

from proofs.derivations.equal_initialisation import tied_step, ties
from proofs.derivations.notation import *


def alike_step(sentence: str, left, right, *shared) -> Step:
    """A step in which both units have equal entries in the shared arrays."""
    return Step(sentence, left, right, given=ties(left, *shared))


def gap(before, gradient):
    """Unit s less unit t after a step of size eta, from what unit j had before and its gradient."""
    return of_unit(before - eta * gradient, s) - of_unit(before - eta * gradient, t)


def equal_incoming(fault: str = ""):
    """TIE.6."""
    yield tied_step(
        "Units s and t have equal incoming weights and biases, and so in every example equal preactivations z.",
        preactivation(),
        W,
        b,
    )
    yield alike_step(
        "The gradient of an outgoing weight is the sum over n of phi(z[n, t]) e[n, k], with the errors e of the next layer, "
        "which both units share. So both gradients are equal, and the step does not change the outgoing gap.",
        gap(V[j, k], outgoing_gradient()),
        0 if fault == "the outgoing gap closes" else V[s, k] - V[t, k],
        z,
    )
    yield alike_step(
        "Their own errors have equal slopes and differ by the outgoing gap: delta[n, s] - delta[n, t] is phi'(z[n, s]) times "
        "the sum over k of (V[s, k] - V[t, k]) e[n, k].",
        unit_error(s) - unit_error(t),
        slope(z[n, s]) * total((V[s, k] - V[t, k]) * error[n, k], k),
        z,
    )
    yield alike_step(
        "Incoming weights move by -eta times the sum over n of a[n, i] times the error. If they were equal, the step opens a gap "
        "of -eta times the sum of a[n, i] times that difference ...",
        gap(W[i, j], total(a[n, i] * delta[n, j], n)),
        -eta * total(a[n, i] * (delta[n, s] - delta[n, t]), n),
        W,
    )
    yield alike_step(
        "... and between equal biases a gap of -eta times the sum of that difference.",
        gap(b[j], total(delta[n, j], n)),
        -eta * total(delta[n, s] - delta[n, t], n),
        b,
    )


def equal_outgoing(fault: str = ""):
    """TIE.7."""

    def rows_apart(at):
        activations = PolynomialActivation("phi", at.seed).evaluate(at.array("z", N, m), 0)
        gradient = program.weight_gradient(activations, at.array("e", N, p))
        return gradient[:, None, :] - gradient[None, :, :]

    apart = total(error[n, k] * (phi(z[n, s]) - phi(z[n, t])), n)
    yield Step(
        "The gradient of an outgoing weight is the sum over n of phi(z[n, s]) e[n, k], with the errors e of the next layer, "
        "which both units share. So the two gradients differ by the sum of e[n, k] times the difference of the activations.",
        outgoing_gradient(s) - outgoing_gradient(t),
        apart,
    )
    yield Run(
        "Two rows of the program's `weight_gradient` differ by the same.",
        rows_apart,
        apart,
        (s, t, k),
        (N, m, p),
    )
    yield alike_step(
        "So between equal outgoing weights a step of size eta opens a gap of -eta times that difference.",
        gap(V[j, k], outgoing_gradient()),
        0 if fault == "the gap stays 0" else -eta * apart,
        V,
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
    steps = sympy.Symbol("T", integer=True, positive=True)
    step, multiple = sympy.Idx("g", steps), array("r")
    outgoing = V[j, k] - total(multiple[step] * total(phi(z[step, n, j]) * error[step, n, k], n), step)
    of_s, of_t = (of_unit(outgoing, unit) for unit in (s, t))
    yield tied_step(
        "By induction on the steps: if the errors were equal in the T steps so far, the gradients of the incoming weights were "
        "equal too. Descent and momentum subtract multiples r[g] of them, so the weights are still equal. So are the biases.",
        W[i, j] - total(multiple[step] * total(a[step, n, i] * delta[step, n, j], n), step),
        W,
        delta,
        assuming=INDUCTION_ON_STEPS,
    )
    yield Step(
        "The gradients of the outgoing weights were equal too, since the activations were equal. So V[t, k] is still V[s, "
        "k] + C, and the next step starts as the first did.",
        of_t,
        of_s + constant,
        given=(raised, *ties(of_t, z)),
    )


def proportional(fault: str = ""):
    """TIE.12."""
    alpha = sympy.Symbol("alpha", positive=True)
    right, left, momentum, decay = sympy.symbols("A B mu lambda", real=True)
    outgoing, weight, velocity, slopes = arrays("v w m g")

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

    def incoming_gradient(factor):
        return total(a[n, i] * its_slope(factor * z[n]) * total(error[n, k] * factor * outgoing[k], k), n)

    yield Step(
        "With alpha times the outgoing weights, the gradients of its incoming weights are alpha times as large (GRAD.2, GRAD.3). "
        "So is that of its bias, with 1 in the place of a[n, i] ...",
        incoming_gradient(alpha),
        alpha * incoming_gradient(1),
    )
    yield Step(
        "... and so are those of its outgoing weights.",
        total(value(alpha * z[n]) * error[n, k], n),
        alpha * total(value(z[n]) * error[n, k], n),
    )
    rule = unknown_function("rule") if fault == "the first step of Adam" else (lambda moved: moved)

    def after(factor):
        parameter, speed, pull = factor * weight[i], factor * velocity[i], factor * slopes[i]
        return parameter + momentum * speed - eta * rule(pull + decay * parameter)

    yield Step(
        "Descent with momentum mu and weight decay lambda adds multiples of the parameter w, its velocity m and its "
        "gradient g. If each of these is alpha times as large, so is the result, and the next step starts as the first did.",
        after(alpha),
        alpha * after(1),
        assuming=INDUCTION_ON_STEPS,
    )
