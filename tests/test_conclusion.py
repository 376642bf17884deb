"""A derivation ends in the two sides of its law: the engine runs the law and compares, and would notice each departure."""

import dataclasses
import re

import pytest
import sympy

from proofs.derivations.notation import W, a, arrays, j, k, m, p, phi, r, s, t, total
from proofs.derivations.permutation import REORDERING
from symmetry.engine.conclude import Part, Setting, Sides
from symmetry.engine.derive import Derivation, Inequality, Lemma, Step, check
from symmetry.numbers.symbol import Symbol
from symmetry.replaceable import replaced
from symmetry.statements.relation import AtMost, Conserved, Equal, RankAtMost

pytestmark = pytest.mark.quick

F, G, A, B = arrays("F G A B")
q = sympy.Idx("q", p)


def two_arrays(at) -> Setting:
    """The arrays W (m, p) and F (m,)."""
    return Setting({"weight": at.array("W", m, p), "vector": at.array("F", m)}, at)


def law(weight, vector):
    """The vector times the weight, from the left and from the right."""
    return vector @ weight, weight.T @ vector


def product(of=F, over=j):
    return total(of[over] * W[over, k], over)


def concludes(**changes):
    return dataclasses.replace(Sides(two_arrays, "", (k,), widths=(m, p)), **changes)


def test_steps_that_end_in_the_two_sides_of_the_law_pass():
    ends = Step("Products commute.", product(), product(over=r), concludes=concludes())
    assert check([ends], law) == Derivation(1, carries=True)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (lambda weight, vector: (vector @ weight * 2, weight.T @ vector), r"the left side of the law is .* at \[0\]"),
        (lambda weight, vector: (vector @ weight, weight.T @ vector + 1), r"the right side of the law is .* at \[0\]"),
        (lambda weight, vector: AtMost(vector @ weight, weight.T @ vector), "the law claims 'at most' of its value"),
        (lambda weight, vector: (vector, vector), "the left side of the law"),
        (lambda weight, vector: ([vector @ weight], [weight.T @ vector]), r"nothing at ; choose among \[0\]"),
        (lambda weight, vector: [Equal(vector @ weight, weight.T @ vector)] * 2, "nothing at "),
    ],
)
def test_a_law_that_computes_anything_else_is_noticed(other, message):
    ends = Step("Products commute.", product(), product(over=r), concludes=concludes())
    assert re.search(message, check([ends], other).failure)


def test_a_derivation_that_does_not_end_in_the_statement_fails():
    aside = Step("Renamed.", total(F[j], j), total(F[r], r))
    ends = Step("Products commute.", product(), product(over=r), concludes=concludes())
    assert "the last step is not the theorem's statement" in check([aside], law).failure
    assert "the last step is not the theorem's statement" in check([ends, aside], law).failure
    assert not check([aside, ends], law).failure


def test_all_that_the_law_claims_must_be_concluded():
    def claims_more(weight, vector):
        return [Equal(*law(weight, vector)), Equal(weight, weight)]

    ends = Step("Products commute.", product(), product(over=r), concludes=concludes(path="[0]"))
    assert check([ends], claims_more).failure == "its end: no step ends in what the law claims of [1]"


def test_what_is_given_must_hold_where_the_law_is_run():
    ends = Step("As if.", product(), product(G), given=((G[j], F[j]),), concludes=concludes())
    assert "what is given does not hold where the law is run: G[j] = F[j]" in check([ends], law).failure

    def knowing(at):
        setting = two_arrays(at)
        return setting._replace(at=at.knowing(G=setting.arguments["vector"]))

    assert not check([dataclasses.replace(ends, concludes=concludes(setting=knowing))], law).failure


COUNTED = Step("Renamed.", total(F[j], j), total(F[r], r))
"""Beside conclusions whose two sides are one expression, which do not count."""


def test_terms_that_cancel_are_a_sum_that_is_0():
    def rates(weight, vector):
        return Conserved(Symbol.of([[each, -each] for each in vector]))

    ends = Step("They cancel.", F[j] - F[j], 0, concludes=concludes(indices=(j,)))
    assert not check([COUNTED, ends], rates).failure
    assert "side of the law is 0" in check([COUNTED, dataclasses.replace(ends, left=F[j], right=F[j])], rates).failure


@pytest.mark.parametrize(
    ("right", "rank", "message"),
    [
        (total(A[q, r] * B[r, k], r), 0, ""),
        (total(A[q, r] * B[r, k], r), -1, "the law claims the rank 0, but the sum has 1 terms"),
        (total(phi(A[q, r] * B[r, k]), r), 0, "products of a row and a column"),
        (2 * total(A[q, r] * B[r, k], r) / 3, 0, "a rank is shown by a sum over one index"),
    ],
)
def test_a_rank_is_shown_by_a_sum_of_products_of_a_row_and_a_column(right, rank, message):
    def setting(at):
        return Setting({"one": at.array("A", p, m), "other": at.array("B", m, p)}, at)

    def low_rank(one, other):
        return RankAtMost(one @ other, one.shape[1] + rank)

    step = Step("", right, right, concludes=Sides(setting, "", (q, k), widths=(m, p), rank=r))
    found = check([COUNTED, step], low_rank).failure
    assert message in found if message else not found


def test_singled_out_units_are_different_and_a_setting_may_have_no_such_case():
    tried = []

    def setting(at, first, second):
        tried.append((first, second))
        if first > second:
            return None
        return Setting({"vector": at.array("F", m), "first": first, "second": second}, at)

    def of_pair(vector, first, second):
        return vector[first] - vector[second], vector[first] - vector[second]

    ends = Step("", F[s] - F[t], F[s] - F[t], concludes=Sides(setting, "", (), (s, t), (m,)))
    assert not check([COUNTED, ends], of_pair).failure
    assert {first < second for first, second in tried} == {True, False}
    assert all(first != second for first, second in tried)
    nowhere = dataclasses.replace(ends, concludes=Sides(lambda at, *pair: None, "", (), (s, t), (m,)))
    assert "the law was run nowhere" in check([COUNTED, nowhere], of_pair).failure


def test_what_belongs_to_a_unit_is_compared_in_every_part():
    def setting(at):
        weight, bias = at.array("W", p, m), at.array("b", m)
        parts = {"[0]": Part(1, {"F": weight}), "[1]": Part(0, {"F": bias})}
        return Setting({"weight": weight, "bias": bias}, at, parts)

    def doubled(weight, bias, factor=2):
        return [weight + weight, bias + bias], [weight * 2, bias * factor]

    ends = Step("", F[j] * 2, F[j] * 2, concludes=Sides(setting, "", (j,), widths=(m, p), each_part=True))
    assert not check([COUNTED, ends], doubled).failure
    wrong = check([COUNTED, ends], lambda weight, bias: doubled(weight, bias, 3))
    assert "the right side of the law is" in wrong.failure
    assert " at [1][0], " in wrong.failure


def test_a_letter_of_known_sign_must_have_it_where_the_law_is_run():
    gap = sympy.Symbol("gap", nonnegative=True)
    start = sympy.Symbol("start", real=True)

    def between(low, high):
        return AtMost(low, high)

    def setting(at, gap=1):
        low = Symbol.of(at.rational("low"))
        return Setting({"low": low, "high": low + gap}, at.knowing(start=low, gap=gap))

    ends = Inequality("", start, start + gap, concludes=Sides(setting))
    assert not check([ends], between).failure
    negative = dataclasses.replace(ends, concludes=Sides(lambda at: setting(at, -1)))
    assert "gap is not to be negative, but is -1 here" in check([negative], between).error


def test_a_lemma_is_checked_once_and_its_steps_are_not_counted_again():
    ran = []

    def steps():
        ran.append(1)
        yield Step("Renamed.", total(F[j], j), total(F[r], r))

    lemma = Lemma("names", "MY.1", "an index may have any name.", total(F[j], j), total(F[r], r), steps)
    renamed = Step("Products commute.", product(), product(over=r), concludes=concludes())
    for _ in range(2):
        assert check([lemma.cited, renamed], law) == Derivation(1, carries=True)
    assert ran == [1]
    assert lemma.cited.sentence == "By the lemma on names, which MY.1 shows: an index may have any name."
    assert check([lemma.cited]).failure.startswith("its end: no step computes anything")


def test_a_lemma_that_does_not_hold_fails_whatever_cites_it():
    wrong = Lemma("nothing", "MY.1", "all is one.", F[j], F[j], lambda: iter([Step("All is one.", F[s], F[t])]))
    assert "step 1 (All is one.)" in check([wrong.cited]).failure
    false = Lemma("nothing", "MY.1", "all is one.", F[s], F[t], REORDERING.steps)
    assert "the sides differ" in check([false.cited]).failure


def test_the_law_is_run_with_the_programs_own_functions_whatever_stands_in_for_them():
    from symmetry import network as program

    def bias_law(error):
        return program.bias_gradient(error), program.bias_gradient(error)

    def setting(at):
        return Setting({"error": at.array("a", 2, m)}, at)

    rows = sympy.Idx("n", 2)
    added = total(a[rows, j], rows)
    ends = Step("", added, added, concludes=Sides(setting, "", (j,), widths=(m,)))
    with replaced({"bias_gradient": lambda error: error.sum(0) * 3}):
        found = check([COUNTED, ends], bias_law)
    assert (found.failure, found.ran) == ("", frozenset())


def test_an_activation_may_be_chosen():
    @dataclasses.dataclass(frozen=True)
    class Doubled:
        def evaluate(self, z, order):
            return z * 2 if order == 0 else z * 0 + 2

    def setting(at):
        return Setting({"z": at.array("F", m)}, at.choosing(phi=Doubled()))

    def doubled(z):
        return z * 2, z + z

    ends = Step("", phi(F[j]), phi(F[j]), concludes=Sides(setting, "", (j,), widths=(m,)))
    assert not check([COUNTED, ends], doubled).failure
    unknown = Sides(lambda at: Setting({"z": at.array("F", m)}, at), "", (j,), widths=(m,))
    assert "side of the law is" in check([COUNTED, dataclasses.replace(ends, concludes=unknown)], doubled).failure
