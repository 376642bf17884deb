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
from proofs.derivations.notation import V, W, a, epsilon, i, j, k, m, phi, r, rate, s, slope, swapped, t, total, x, z
from symmetry.engine.derive import Derivation, Inequality, Step, check
from symmetry.engine.normal_form import difference
from symmetry.evidence.kinds.control import Control
from symmetry.evidence.session import Session
from symmetry.network import Network
from symmetry.statements.theorem import theorem

pytestmark = pytest.mark.quick

F = IndexedBase("F", real=True)

TRUE = [
    (Sum(F[j], (j, 0, m - 1)), Sum(F[r], (r, 0, m - 1))),
    (total(F[j] * total(W[i, j], i), j), total(W[i, j] * F[j], j, i)),
    (total(F[j], j) ** 2, total(F[j] * F[r], j, r)),
    (total(KroneckerDelta(j, r) * F[r], r), F[j]),
    (total(sympy.Integer(3), j), 3 * m),
    (rate(total(phi(z[j, r] + epsilon * KroneckerDelta(r, s)), r)), slope(z[j, s])),
    (total(swapped(F[j]), j), total(F[j], j)),
    (phi(total(F[j], j)), phi(total(F[r], r))),
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
    left = swapped(F[j], s)
    assert Step("", left, F[t], distinct=((s, t),)).failure() == ""
    assert difference(left, F[t]) != 0


def test_a_delta_over_another_range_does_not_collapse():
    assert difference(total(KroneckerDelta(i, s) * F[s], i), F[s]) != 0


def test_a_derivation_stops_at_its_first_wrong_step():
    steps = [Step("right", F[j], F[j]), Step("wrong", F[j], F[s]), Step("unseen", F[j], F[t])]
    found = check(steps)
    assert found.steps == 2
    assert found.failure.startswith("step 2 (wrong)")


MODULES = [
    importlib.import_module(f"proofs.derivations.{found.name}")
    for found in pkgutil.iter_modules(proofs.derivations.__path__)
]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_a_module_that_imports_the_whole_notation_gives_no_letter_another_meaning(module):
    starred = re.findall(r"^from (\S+) import \*", inspect.getsource(module), re.MULTILINE)
    assert set(starred) <= {"proofs.derivations.notation"}
    if starred:
        assert [letter for letter in notation.__all__ if getattr(module, letter) is not getattr(notation, letter)] == []


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

    yield Step("x is x", x, x, simplify=simplify if fault else None)


def test_a_step_that_raises_has_failed_but_rejects_no_control():
    assert check(broken_only_by_raising("")) == Derivation(1)
    raised = check(broken_only_by_raising("a fault"))
    assert (raised.failure, raised.error) == ("", "step 1 (x is x): ArithmeticError: no such luck")
    law = theorem(
        "MY.99", title="t", statement="s", hypotheses="h", evidence=("derived",), derivation=broken_only_by_raising,
        controls={"a fault": zeros},
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("symmetry.statements.registry.REGISTRY", {})
        (finding,) = Session([law(zeros)], networks=1).findings()
    assert finding.verdict == "failed"
    assert "derived: it raised step 1 (x is x): ArithmeticError" in (finding.of_kind(Control)[0].reason or "")


def zeros(network: Network):
    return network.layers[0].weight * 0, network.layers[0].weight * 0
