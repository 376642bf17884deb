"""The NumPy class posted in one thread: its scaling, its search, and claims about them (thread2016purpose)."""

import functools
import itertools
import math
import warnings

import numpy as np
import sympy

from proofs.claims.random_search import MARKS, POSTED, ROWS, RandomSearch, trained
from proofs.claims.threads import PURPOSE, purpose_claim
from symmetry.statements.claim import Instance, claim_that_cannot_be_run

POSITION = "second answer"
posted_claim = functools.partial(purpose_claim, position=POSITION)
DEMONSTRATION = [[8, 4], [7, 1], [3, 3]]
"""The rows that the answer predicts."""


def listed(numbers) -> str:
    return ", ".join(f"{number:.3f}" for number in numbers)


the_code_runs_as_printed = claim_that_cannot_be_run(
    "CLAIM.27",
    thread=PURPOSE,
    position=POSITION,
    says="The code runs as it is printed.",
    why="We may not copy the posted code, so it is not run here. Where its indentation is lost it does not parse; where "
    "it is kept, it uses `np.float`, which NumPy 1.24 removed.",
    module=__name__,
)


@posted_claim(
    "CLAIM.28",
    says="The prediction for a row depends on that row, and rows trained to different targets are told apart.",
    statement=r"\hat y(x) = f(x), \text{ whatever rows stand beside } x",
    verdict="wrong",
    why="Rows are divided by the largest number of all rows that are predicted together. Beside a larger row, a row gets another "
    "prediction; alone, only the ratios of its numbers matter.",
)
def a_row_is_predicted_from_itself():
    network = RandomSearch()
    alone, beside = network.predict([[8, 4]])[0], network.predict([[8, 4], [16, 1]])[0]
    yield Instance("(8, 4) alone and beside (16, 1)", bool(alone == beside), f"{alone:.3f} alone, {beside:.3f} beside")
    half = network.predict([[4, 2]])[0]
    targets = [mark for row, mark in zip(ROWS.tolist(), MARKS, strict=True) if row in ([8, 4], [4, 2])]
    yield Instance(
        f"(8, 4) and (4, 2), trained to {targets[0]:.0f} and {targets[1]:.0f}, each alone",
        bool(alone != half),
        f"{alone:.3f} and {half:.3f}",
    )


@posted_claim(
    "CLAIM.29",
    says="Predictions see inputs scaled as they were in training.",
    statement=r"x / \max(\text{predicted rows}) = x / \max(\text{training rows})",
    condition="the largest number among the predicted rows is that of the training rows",
    why="Training divides by the largest number of the training rows, prediction by that of the rows at hand. In the "
    "demonstration both are 8.",
    follows_from=("CLAIM.28",),
)
def prediction_scales_as_training_did():
    network = RandomSearch()
    for rows in (DEMONSTRATION, ROWS.tolist(), [[3, 3]], [[16, 1], [8, 4]]):
        numbers = np.array(rows, float)
        predicted, consistent = network.predict(rows), network.outputs(numbers / ROWS.max())
        yield Instance(
            f"the rows {', '.join(str(tuple(int(entry) for entry in row)) for row in rows[:3])}"
            + (" and others" if len(rows) > 3 else ""),
            holds=[f"{one:.12f}" for one in predicted] == [f"{one:.12f}" for one in consistent],
            computed=f"{listed(predicted[:3])}; scaled as in training {listed(consistent[:3])}",
            condition=bool(numbers.max() == ROWS.max()),
        )


@posted_claim(
    "CLAIM.30",
    says="Any rows of numbers can be predicted.",
    statement=r"\hat y(x) \text{ is the network's output at } x / \max_{ij} |x_{ij}|",
    verdict="wrong",
    why="The largest number of a row of zeros is 0, and dividing by it gives no number. In a row of negative numbers the largest "
    "number is negative, and dividing by it turns every sign.",
)
def any_rows_can_be_predicted():
    network = RandomSearch()
    zeros = network.predict([[0, 0]])[0]
    yield Instance("the row (0, 0)", bool(np.isfinite(zeros)), f"{zeros}")
    negative, turned = network.predict([[-4, -2]])[0], network.predict([[4, 2], [2, 1]])
    scaled = network.outputs(np.array([[-1, -0.5]]))[0]
    yield Instance(
        "the row (-4, -2)",
        holds=f"{negative:.12f}" == f"{scaled:.12f}",
        computed=f"{negative:.3f}, the output at (2, 1); at (-1, -1/2) the output is {scaled:.3f}; (4, 2) gets {turned[0]:.3f}",
    )


@posted_claim(
    "CLAIM.31",
    says="The search trains through the forward method, and what it prints is the mean of the squared errors.",
    statement=r"\text{printed} = \frac{1}{7} \textstyle\sum_n (y_n - \hat y_n)^2",
    verdict="wrong",
    why="The search has its own forward pass, which does not divide again. The printed number is the sum of the squared errors.",
    quoted="This method is also used for",
)
def the_search_prints_a_mean():
    network = RandomSearch()
    errors = network.errors()
    total, mean = float((errors**2).sum()), float((errors**2).mean())
    yield Instance(
        "the posted weights on the seven rows",
        holds=f"{total:.4f}" == f"{mean:.4f}",
        computed=f"the sum is {total:.4f}, the mean {mean:.4f}",
    )
    rows = ROWS[4:]
    by_method, by_search = network.predict(rows), network.outputs(rows / ROWS.max())
    yield Instance(
        "the last three rows, by the forward method and by the pass of the search",
        holds=[f"{one:.3f}" for one in by_method] == [f"{one:.3f}" for one in by_search],
        computed=f"{listed(by_method)}; {listed(by_search)}",
    )


@posted_claim(
    "CLAIM.32",
    says="The printed minimum falls with every line, and the initial weights have no part in it.",
    statement=r"m_1 > m_2 > \dots",
    verdict="right",
    why="A line is printed where a draw is better than all before it, and then the draw replaces the weights.",
)
def the_printed_minimum_falls():
    for seed in (0, 1):
        found = RandomSearch.started(seed)
        started = found.weights
        found.search(2_000, seed)
        falls = all(later < earlier for earlier, later in itertools.pairwise(found.minima))
        kept = bool((started[0] == found.weights[0]).any())
        best = float((found.errors() ** 2).sum())
        yield Instance(
            f"2,000 draws, seed {seed}",
            holds=falls and not kept and f"{best:.12f}" == f"{found.minima[-1]:.12f}",
            computed=f"{len(found.minima)} lines, from {found.minima[0]:.4f} to {found.minima[-1]:.4f}; "
            f"{'some' if kept else 'none'} of the initial weights are left",
        )


@posted_claim(
    "CLAIM.33",
    says="Predictions are on the scale of the targets, and every target can be reached.",
    statement=r"\hat y \in [0, 100], \quad \inf_\theta |\hat y - 1| \text{ is attained}",
    verdict="wrong",
    why="The output is a sigmoid, between 0 and 1, and is never multiplied by 100 again. The largest target becomes 1, which a "
    "sigmoid does not attain: 1 - sigmoid(z) = 1/(1 + exp(z)) is positive. Float64 rounds it away from z = 37 on.",
)
def predictions_are_on_the_scale_of_the_targets():
    predicted = RandomSearch().predict(ROWS)
    yield Instance(
        "the posted weights on the seven rows",
        holds=bool((predicted > 1).any()),
        computed=f"predictions from {predicted.min():.3f} to {predicted.max():.3f}, targets from {MARKS.min():.0f} to "
        f"{MARKS.max():.0f}",
    )
    z = sympy.Symbol("z", real=True)
    gap = sympy.simplify(1 - 1 / (1 + sympy.exp(-z)))
    rounded = 1 / (1 + math.exp(-37))
    yield Instance(
        "a target of 1, z any real number",
        holds=not gap.is_positive,
        computed=f"1 - sigmoid(z) = {gap}, which is positive; in float64 sigmoid(37) is {rounded!r}",
    )


@posted_claim(
    "CLAIM.34",
    says="The sigmoid as it is written gives 0 for numbers far below 0.",
    statement=r"1 / (1 + e^{-a}) \text{ evaluates to } 0 \text{ at } a = -1000",
    condition="the number is a NumPy array, which warns of the overflow",
    why="A power of a Python float that overflows raises an error; NumPy gives infinity and a warning, and 1/infinity is 0.",
)
def the_sigmoid_far_below_zero():
    for name, number in (("a Python float", -1000.0), ("a NumPy array", np.array([-1000.0]))):
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            try:
                result = float(np.ravel(1 / (1 + math.e ** (-number)))[0])
                outcome = f"{result}, with {len(warned)} warning{'s' * (len(warned) != 1)}"
            except OverflowError as error:
                result, outcome = None, f"OverflowError: {error.args[-1]}"
        yield Instance(name, result == 0, outcome, isinstance(number, np.ndarray))


@posted_claim(
    "CLAIM.35",
    says="The weights that the search finds are different from unit to unit.",
    statement=r"(w_i, v_i) \ne (w_j, v_j) \text{ for } i \ne j",
    verdict="right",
    why="With probability 1, two draws from a continuous distribution differ. So the weights differ before the search as well as "
    "after it: the search keeps the best of many draws and learns nothing. Training the same network gets much further.",
    quoted="The weights are different.",
)
def the_weights_are_different():
    found = RandomSearch.started(0)
    before = found.weights
    found.search(100_000, 0)
    adam = trained(3_000, 0.03, 0)
    reached = f"sum of squares {found.minima[-1]:.3f}; 3,000 steps of Adam from the same start reach {adam:.4f}"
    for where, weights, computed in (
        ("the posted weights", POSTED, f"sum of squares {(RandomSearch().errors() ** 2).sum():.4f}"),
        ("the initial weights, seed 0", before, "before any search"),
        ("the best of 100,000 draws, seed 0", found.weights, reached),
    ):
        units = {(*weights[0][:, unit], *weights[1][unit]) for unit in range(3)}
        yield Instance(where, len(units) == 3, computed)
