"""Which equalities between two hidden units survive training."""

import sympy

from proofs.claims.threads import purpose_claim
from proofs.claims.units import (
    decimals,
    gaps,
    incoming,
    optimised,
    outgoing,
    pull_apart,
    tied,
    trained,
    units,
    unknown_network,
    written,
)
from proofs.exact_networks import exact_batch, exact_network
from symmetry.engine.kernel import exact_settings
from symmetry.network import batch_of, network_of
from symmetry.numbers.symbol import Symbol
from symmetry.statements.claim import Instance
from symmetry.training import GradientDescent


@purpose_claim(
    "CLAIM.6",
    position="accepted answer",
    says="Units that start with equal weights learn equal weights.",
    statement=r"(w_i, b_i, v_i) = (w_j, b_j, v_j) \text{ at step } 0 \;\Rightarrow\; (w_i, b_i, v_i) = (w_j, b_j, v_j) "
    r"\text{ at every step}",
    verdict="right",
    why="Units equal in incoming weights, bias and outgoing weights have the same activation and the same error. So their "
    "gradients are equal, and the step keeps them equal: an induction over the steps. Units that start different need not "
    "come together (thread2019identical asks about that): only equal units are held together.",
    follows_from=("TIE.1", "TIE.2", "TIE.3", "TIE.4"),
    quoted="learning the exact same weights",
)
def units_equal_in_every_weight_stay_equal():
    w, b, v, x, y = Symbol.named("number", (5,))
    network = unknown_network([[[w, w, 2]], [[v], [v], [3]]], [[b, b, 1], [0]])
    path = trained(network, exact_batch([[x]], [[y]]), rate=10, steps=2)
    yield Instance(
        "a 1-3-1 network of symbols, its activations and its loss unknown functions, units 1 and 2 equal",
        holds=all(map(tied, path)),
        computed="after each of two steps the formulas of all three numbers of units 1 and 2 are the same",
    )
    batches = [exact_batch([[1, 2], [3, -1]], [[1], [4]]), exact_batch([[2, 1], [0, 1]], [[-1], [2]])]
    for hidden in ("relu", "leaky_relu", "identity"):
        start = exact_network([[[1, 1, 2], [-2, -2, 1]], [[3], [3], [1]]], [[1, 1, 0], [0]], hidden=hidden)
        end = GradientDescent(1000, momentum=2, decay=10).train(start, batches * 2)
        first, second, third = map(decimals, units(end))
        yield Instance(
            f"a 2-3-1 network of {hidden} units in fractions, units 1 and 2 equal; two minibatches twice over, momentum and "
            "weight decay",
            holds=tied(end),
            computed=f"unit 1 is {written(first)}, unit 2 {written(second)}, unit 3 {written(third)}; 1 and 2 agree as fractions",
        )


@purpose_claim(
    "CLAIM.7",
    position="accepted answer, of incoming weights alone",
    says="Units that start with equal incoming weights still have equal incoming weights after a step.",
    statement=r"(w_i, b_i) = (w_j, b_j) \;\Rightarrow\; (w_i', b_i') = (w_j', b_j') \text{ after a step of gradient descent}",
    condition="the sum over examples of ((v_i - v_j).e) phi'(z) (x, 1) is 0",
    why="Write e for the residuals. A step changes the gap between the incoming weights by -eta times that sum, and does not "
    "change the gap between the outgoing weights.",
    follows_from=("TIE.6",),
    quoted="learning the exact same weights",
)
def equal_incoming_weights_after_a_step():
    one, two = exact_batch([[1]], [[5]]), exact_batch([[1], [2]], [[1], [7]])
    for where, v, bias, batch in (
        ("outgoing weights 1 and 1", [[1], [1]], [[1, 1], [0]], one),
        ("outgoing weights 1 and 2", [[1], [2]], [[1, 1], [0]], one),
        ("outgoing weights 1 and 2, no bias, residuals 2 and -1 at x = 1 and 2", [[1], [2]], None, two),
        ("outgoing weights (2, 0) and (1, 1), residuals (1, 1)", [[2, 0], [1, 1]], None, exact_batch([[1]], [[2, 0]])),
        ("outgoing weights (2, 0) and (1, 1), residuals (1, 2)", [[2, 0], [1, 1]], None, exact_batch([[1]], [[2, -1]])),
    ):
        before, after = trained(exact_network([[[1, 1]], v], bias), batch, rate=10, steps=1)
        first, second = incoming(after)
        total = pull_apart(before, batch)
        yield Instance(
            f"two identity units of incoming weight 1, {where}; a step of 1/10",
            holds=first == second,
            computed=f"the sum is {written(total)}, the gap after the step {written(gaps(first, second))}",
            condition=not any(total),
        )


@purpose_claim(
    "CLAIM.8",
    position="accepted answer, of incoming weights alone",
    says="Units that start with equal incoming weights keep equal incoming weights for as long as they are trained.",
    statement=r"(w_i, b_i) = (w_j, b_j) \text{ at step } 0 \;\Rightarrow\; (w_i, b_i) = (w_j, b_j) \text{ at every step}",
    condition="the sum of CLAIM.7 is 0 at every step",
    why="The sum stays 0 if the outgoing weights are equal; under softmax with cross-entropy, if they differ by one constant "
    "for all classes; if the units are off at every example; and at a stationary point. It is not enough that the sum is 0 at "
    "the first step.",
    follows_from=("TIE.6", "TIE.11"),
    quoted="learning the exact same weights",
)
def equal_incoming_weights_at_every_step():
    one, plane = exact_batch([[1]], [[5]]), exact_batch([[1]], [[2, 0]])
    yield softmax_with_outgoing_weights_a_constant_apart()
    for where, hidden, w, v, batch in (
        ("outgoing weights 1 and 1", "leaky_relu", 1, [[1], [1]], one),
        ("outgoing weights 1 and 2", "leaky_relu", 1, [[1], [2]], one),
        ("outgoing weights 1 and 2, off at the only example", "relu", -1, [[1], [2]], one),
        ("outgoing weights 1 and 4, where the target is met", "identity", 1, [[1], [4]], one),
        ("outgoing weights (2, 0) and (1, 1), residuals (1, 1) at first", "identity", 1, [[2, 0], [1, 1]], plane),
    ):
        path = trained(exact_network([[[w, w]], v], hidden=hidden), batch, rate=10, steps=4)
        sums = [pull_apart(network, batch)[0] for network in path[:-1]]
        opened = [first[0] - second[0] for first, second in map(incoming, path)]
        apart = next((step for step, gap in enumerate(opened) if gap), None)
        outcome = f"the gap opens at step {apart}, to {opened[apart]}" if apart else "the gap stays 0"
        yield Instance(
            f"two {hidden} units of incoming weight {w}, {where}; four steps of 1/10",
            holds=apart is None,
            computed=f"the sum is {sums[0]} at first; {outcome}",
            condition=not any(sums),
        )


def softmax_with_outgoing_weights_a_constant_apart() -> Instance:
    """One step from any such point leads to another such point; so does every further step."""
    w, p, q, c, t, x = Symbol.named("number", (6,))
    network = unknown_network([[[w, w]], [[p, q], [p + c, q + c]]], loss="softmax_cross_entropy")
    batch = exact_batch([[x]], [[t, 1 - t]])
    after = trained(network, batch, rate=10, steps=1)[1]
    between = [list(map(sympy.simplify, gaps(*pair))) for pair in (incoming(after), outgoing(after))]
    return Instance(
        "two units of unknown activation, softmax with cross-entropy, outgoing weights (p, q) and (p + c, q + c), in symbols",
        holds=between == [[0], [-c, -c]],
        computed="after a step the incoming gap is 0 and the outgoing gap still (c, c), and so after every step",
        condition=not any(map(sympy.simplify, pull_apart(network, batch))),
    )


@purpose_claim(
    "CLAIM.9",
    position="accepted answer, added note",
    says="Units that start with different weights do not end up redundant: none is a multiple of another.",
    statement=r"(w_i, b_i, v_i) = \alpha_i (w, b, v),\ \alpha_i > 0 \text{ different at step } 0 \;\Rightarrow\; "
    r"(w_i, b_i, v_i) \not\parallel (w_j, b_j, v_j) \text{ later}",
    condition="the activation is not homogeneous, or the optimiser is Adam or clips elementwise",
    why="Let ReLU, leaky ReLU or identity units start as multiples of one another. Their gradients are the same multiples, so "
    "under gradient descent they stay multiples for ever, and one unit does the work of all.",
    follows_from=("TIE.12",),
    quoted="different set of weights",
)
def multiples_of_one_unit():
    batch = exact_batch([[1], [2]], [[3], [1]])
    for hidden in ("identity", "relu", "leaky_relu"):
        start = exact_network([[[2, 6, 1]], [[1], [3], ["1/2"]]], [[-3, -9, "-3/2"], [1]], hidden=hidden)
        end = GradientDescent(100, momentum=2, decay=4).train(start, [batch] * 3)
        first, second, third = units(end)
        ratios = {f"{b / a}, {c / a}" for a, b, c in zip(first, second, third, strict=True)}
        yield Instance(
            f"{hidden} units that are 1, 3 and 1/2 times (2, -3, 1), in fractions; three steps with momentum and weight decay",
            holds=len(ratios) > 1,
            computed=f"ratios of units 2 and 3 to unit 1, number by number: {'; '.join(sorted(ratios))}",
            condition=False,
        )
    for hidden, rule, homogeneous in (
        ("relu", "gradient descent", True),
        ("tanh", "gradient descent", False),
        ("sigmoid", "gradient descent", False),
        ("gelu", "gradient descent", False),
        ("relu", "Adam", True),
        ("relu", "gradient descent, clipped elementwise", True),
    ):
        first, second = double_after_a_step(hidden, rule)
        yield Instance(
            f"a {hidden} unit and its double, in floats, where doubling is exact; a step by {rule}",
            holds=[2 * number for number in first] != second,
            computed=f"ratios {', '.join(f'{b / a:.4f}' for a, b in zip(first, second, strict=True))}",
            condition=not homogeneous or rule != "gradient descent",
        )


def double_after_a_step(hidden: str, rule: str) -> tuple[list[float], list[float]]:
    """The unit (1/2, 1/4, 3/4) and its double after a step."""
    import optax

    optimiser = {
        "gradient descent": optax.sgd(1 / 16),
        "Adam": optax.adam(1 / 16),
        "gradient descent, clipped elementwise": optax.chain(optax.clip(1 / 8), optax.sgd(1 / 16)),
    }[rule]
    with exact_settings():
        network = network_of([[[0.5, 1.0]], [[0.75], [1.5]]], [[0.25, 0.5], [0.0]], hidden=hidden)
        first, second = optimised(network, batch_of(network, [[1.0]], [[3.0]]), optimiser, steps=1)
    return list(first), list(second)


@purpose_claim(
    "CLAIM.10",
    position="question",
    says="Units alike in another way than having all weights equal stay alike as well.",
    statement=r"(w_j, b_j, v_j) = (\pm w_i, \pm b_i, v_i),\ (w_i, b_i, -v_i),\ -(w_i, b_i, v_i) \text{ or } v_j = v_i "
    r"\text{ at step } 0 \;\Rightarrow\; \text{at step } 1",
    condition="the units are each other's negatives and the activation is odd",
    why="With an odd activation a unit and its negative contribute the same, so a step treats both in the same way. Units that "
    "share only their outgoing weights move apart because their activations differ; units with opposite outgoing weights "
    "move apart because their errors are opposite.",
    follows_from=("TIE.7", "TIE.15", "SIGN.1"),
)
def other_likenesses():
    batch = exact_batch([[1]], [[5]])
    opposite = exact_network([[[1, 1]], [[2], [-2]]])
    first, second = units(trained(opposite, batch, rate=10, steps=1)[1])
    yield Instance(
        "two identity units of equal incoming weight 1 and outgoing weights 2 and -2; a step of 1/10",
        holds=first == (second[0], -second[1]),
        computed=f"(w, v) is {written(first)} and {written(second)}",
        condition=False,
    )
    sharing = exact_network([[[1, 2]], [[1], [1]]])
    first, second = outgoing(trained(sharing, batch, rate=10, steps=1)[1])
    yield Instance(
        "two identity units of equal outgoing weight 1 and incoming weights 1 and 2; a step of 1/10",
        holds=first == second,
        computed=f"the outgoing weights are {first[0]} and {second[0]}",
        condition=False,
    )
    for hidden in ("identity", "tanh", "sine", "sigmoid", "relu", "softplus"):
        pair = exact_network([[[1, -1]], [[2], [-2]]], [["1/2", "-1/2"], [0]], hidden=hidden)
        first, second = units(trained(pair, batch, rate=10, steps=1)[1])
        sums = [sympy.simplify(one + other) for one, other in zip(first, second, strict=True)]
        yield Instance(
            f"two {hidden} units, (1, 1/2, 2) and its negative, exactly; a step of 1/10",
            holds=not any(sums),
            computed=f"the units' sum is {written(f'{float(number):.4f}' if number else 0 for number in sums)}",
            condition=pair.activations[0].odd,
        )
