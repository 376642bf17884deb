"""The normal form and the instances: each would notice a wrong step without the other."""

import importlib
import inspect
import pkgutil
import re

import pytest
import sympy
from sympy import IndexedBase, KroneckerDelta, Sum

import proofs.derivations
from proofs.derivations import notation
from proofs.derivations.notation import (
    V,
    W,
    a,
    epsilon,
    i,
    j,
    k,
    m,
    phi,
    pi,
    r,
    rate,
    s,
    slope,
    swapped,
    t,
    total,
    x,
    z,
)
from symmetry.engine.conclude import Setting, Sides
from symmetry.engine.derive import Derivation, Inequality, Step, check
from symmetry.engine.formulas import Every, Reordering, Signs
from symmetry.engine.normal_form import difference
from symmetry.evidence.kinds.control import Control
from symmetry.evidence.kinds.derived import Derived
from symmetry.evidence.session import Session
from symmetry.network import Network
from symmetry.numbers.symbol import unknown_function
from symmetry.statements.theorem import theorem

pytestmark = pytest.mark.quick

F = IndexedBase("F", real=True)
other, sigma = Reordering("other", (m,)), Signs("sigma", real=True)
of_all = unknown_function("of_all")

TRUE = [
    (Sum(F[j], (j, 0, m - 1)), Sum(F[r], (r, 0, m - 1))),
    (total(F[j] * total(W[i, j], i), j), total(W[i, j] * F[j], j, i)),
    (total(F[j], j) ** 2, total(F[j] * F[r], j, r)),
    (total(KroneckerDelta(j, r) * F[r], r), F[j]),
    (total(sympy.Integer(3), j), 3 * m),
    (rate(total(phi(z[j, r] + epsilon * KroneckerDelta(r, s)), r)), slope(z[j, s])),
    (total(swapped(F[j]), j), total(F[j], j)),
    (phi(total(F[j], j)), phi(total(F[r], r))),
    (total(F[pi[j]], j), total(F[j], j)),
    (phi(total(z[k, pi[j]] * F[pi[j]], j)), phi(total(z[k, j] * F[j], j))),
    (total(sigma[j] ** 2 * F[j], j), total(F[j], j)),
    (phi(F[j] * KroneckerDelta(j, s)), KroneckerDelta(j, s) * (phi(F[s]) - phi(0)) + phi(0)),
    (of_all(Every(total(W[j, k] * F[j], j), k)), of_all(Every(total(W[r, k] * F[r], r), k))),
]

FALSE = [
    (total(F[j], j), m * F[s]),
    (total(F[j] ** 2, j), total(F[j], j) ** 2),
    (total(KroneckerDelta(j, r) * F[r], r), F[s]),
    (total(W[i, j], i), total(W[j, i], i)),
    (total(swapped(F[j]) * F[j], j), total(F[j] ** 2, j)),
    (total(a[i, j] * V[j, k], j), total(a[i, j], j) * total(V[j, k], j)),
    (phi(total(F[j], j)), total(phi(F[j]), j)),
    (total(x[i, i] * F[s], i), total(x[i, i] * F[t], i)),
    (total(F[pi[j]] * z[k, j], j), total(F[j] * z[k, j], j)),
    (total(F[pi[j]] * z[k, other[j]], j), total(F[j] * z[k, j], j)),
    (total(sigma[j] * F[j], j), total(F[j], j)),
    (total(phi(total(z[j, r] * F[r], r)), j), total(phi(total(z[r, j] * F[r], r)), j)),
    (of_all(Every(W[j, k], k)), of_all(Every(W[s, k], k))),
]


@pytest.mark.parametrize(("left", "right"), TRUE)
def test_equal_sums_have_one_normal_form_and_equal_instances(left, right):
    assert difference(left, right) == 0
    assert Step("", left, right).failure() == ""


@pytest.mark.parametrize(("left", "right"), FALSE)
def test_different_sums_differ_in_normal_form(left, right):
    assert difference(left, right) != 0
    assert "with symbolic widths" in Step("", left, right).failure()


@pytest.mark.parametrize(("left", "right"), FALSE)
def test_the_instances_alone_would_notice(left, right):
    """With SymPy's half of the check silenced, the exact rationals still reject the step."""
    step = Step("", left, right, simplify=lambda gap: sympy.S.Zero)
    assert "the sides differ by" in step.failure()


def test_indices_said_to_be_distinct_are_not_tried_equal():
    left = F[t] * (1 - KroneckerDelta(s, t))
    assert Step("", left, F[t], distinct=((s, t),)).failure() == ""
    assert difference(left, F[t]) != 0


def test_a_delta_over_another_range_does_not_collapse():
    assert difference(total(KroneckerDelta(i, s) * F[s], i), F[s]) != 0


def test_a_derivation_stops_at_its_first_wrong_step():
    steps = [Step("right", total(F[j], j), total(F[r], r)), Step("wrong", F[j], F[s]), Step("unseen", F[j], F[t])]
    found = check(steps)
    assert found.steps == 2
    assert found.failure.startswith("step 2 (wrong)")


def test_a_step_whose_two_sides_are_one_expression_does_not_count():
    found = check([Step("Obviously.", F[j], F[j]), Step("Renamed.", total(F[j], j), total(F[r], r))])
    assert found == Derivation(1)


def test_a_derivation_carries_its_claim_only_if_a_computed_step_is_the_claim():
    def law(array):
        return array, array

    def setting(at):
        return Setting({"array": at.array("F", m)}, at)

    sides = Sides(setting, "", (j,), widths=(m,))
    beside = Step("Beside it.", (F[s] + 1) ** 2, F[s] ** 2 + 2 * F[s] + 1)
    by_construction = Step("Obviously.", F[j], F[j], concludes=sides)
    computed = Step("So it is.", (F[j] + 1) ** 2 - F[j] ** 2 - F[j] - 1, F[j], concludes=sides)
    assert [step.mark for step in (beside, by_construction, computed)] == ["computed", "by construction", "computed"]
    assert not check([beside, by_construction], law).carries
    assert check([beside, computed], law).carries
    assert Derived(outcome="passed", steps=1, carries=False).trusts({}) == ""
    assert Derived(outcome="passed", steps=1, carries=True).trusts({}) == "SymPy "


@pytest.mark.parametrize(
    "step",
    [
        Step("Obviously.", F[j], F[j]),
        Step("Given.", F[j], F[s], given=((F[j], F[s]),)),
        Step("Given at last.", F[j], F[s], given=((F[j], F[t]), (F[t], F[s]))),
    ],
)
def test_steps_that_compute_nothing_are_no_derivation(step):
    found = check([step])
    assert (found.steps, found.failure) == (0, f"its end: no step computes anything, since {NOTHING}")


NOTHING = "the two sides of each are one expression or given to be equal"

MODULES = [
    importlib.import_module(f"proofs.derivations.{found.name}")
    for found in pkgutil.iter_modules(proofs.derivations.__path__)
]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_a_module_that_imports_the_whole_notation_gives_no_letter_another_meaning(module):
    starred = re.findall(r"^from (\S+) import \*", inspect.getsource(module), re.MULTILINE)
    assert set(starred) <= {"proofs.derivations.notation"}
    if starred:
        letters = {name: meaning for name, meaning in vars(notation).items() if not name.startswith("_")}
        assert [letter for letter, meaning in letters.items() if getattr(module, letter) is not meaning] == []


excess = IndexedBase("excess", nonnegative=True)
gap = IndexedBase("gap", positive=True)


def test_what_is_known_not_to_be_negative_makes_a_sum_no_smaller():
    assert Inequality("", total(F[j], j), total(F[j] + excess[j], j)).failure() == ""
    assert Inequality("", F[s], F[s] + F[t] ** 2).failure() == ""
    assert Inequality("", F[s], F[s] + total(gap[j], j), strict=True).failure() == ""


@pytest.mark.parametrize(
    ("smaller", "larger", "strict", "message"),
    [
        (F[s], F[s] + F[t], False, "nothing shows that F"),
        (F[s], F[s] - excess[t], False, "is non-negative"),
        (F[s], F[s] + excess[t], True, "is positive"),
        (total(F[j], j), total(F[r], r), False, "the two sides are equal"),
    ],
)
def test_an_inequality_needs_known_signs(smaller, larger, strict, message):
    assert message in Inequality("", smaller, larger, strict).failure()


def test_the_instances_alone_would_notice_a_wrong_inequality(monkeypatch):
    """With SymPy's half of the check answering 1, the exact rationals still reject the step."""
    monkeypatch.setattr("symmetry.engine.derive.difference", lambda left, right: sympy.S.One)
    assert "the difference" in Inequality("", F[s] + excess[t], F[s]).failure()
    assert Inequality("", F[s], F[s] + excess[t]).failure() == ""


def test_what_is_given_is_used_and_shown_apart():
    apart = Step("Equal entries have equal values.", phi(F[s]), phi(F[t]), given=((F[s], F[t]),))
    assert not check([apart]).failure
    assert apart.equation == (phi(F[s]), phi(F[t]))
    assert check([Step("So they do without it.", phi(F[s]), phi(F[t]))]).failure


def broken_only_by_raising(fault: str):
    def simplify(gap):
        raise ArithmeticError("no such luck")

    yield Step("x in two orders", total(F[j], j), total(F[r], r), simplify=simplify if fault else None)


def test_a_step_that_raises_has_failed_but_rejects_no_control():
    assert check(broken_only_by_raising("")) == Derivation(1)
    raised = check(broken_only_by_raising("a fault"))
    assert (raised.failure, raised.error) == ("", "step 1 (x in two orders): ArithmeticError: no such luck")
    law = theorem(
        "MY.99", title="t", statement="s", hypotheses="h", evidence=("derived",), derivation=broken_only_by_raising,
        controls={"a fault": zeros},
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("symmetry.statements.registry.REGISTRY", {})
        (finding,) = Session([law(zeros)], networks=1).findings()
    assert finding.verdict == "failed"
    assert "derived: it raised step 1 (x in two orders): ArithmeticError" in (finding.of_kind(Control)[0].reason or "")


def zeros(network: Network):
    return network.layers[0].weight * 0, network.layers[0].weight * 0
