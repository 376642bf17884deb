"""The plugin, as a user's project meets it: in a process of its own."""

import json
import re

import pytest

LAW = """
import symmetry
from symmetry import Batch, Network, UnitPermutation, forward, theorem

def halved(network: Network, pi: UnitPermutation, batch: Batch):
    return forward(pi.act(network), batch.x) / 2, forward(network, batch.x)

@theorem(
    "MY.1",
    title="Reordering changes nothing",
    statement="f = f",
    hypotheses="any network",
    controls={CONTROLS},
)
def reordering_changes_nothing(network: Network, pi: UnitPermutation, batch: Batch):
    return forward(pi.act(network), batch.x), forward(network, batch.x)
"""

IN_TWO_TYPES = LAW.replace("controls={CONTROLS},", 'controls={CONTROLS},\n    dtypes=("float64", "float32"),')
"""Where it does not matter that there are more float types."""

CHEAP = ("--symmetry-networks=64", "-p", "no:cacheprovider")


def project(pytester, controls='{"halved": halved}', body=LAW):
    pytester.makepyfile(test_mine=body.replace("{CONTROLS}", controls))


def verdict_of(result, id="MY.1"):
    row = re.search(
        rf"^ ?{re.escape(id)} +(proved|checked|failed|incomplete|partly run|not run)", result.stdout.str(), re.MULTILINE
    )
    return row and row.group(1)


def test_a_users_theorem_is_collected_with_nothing_to_configure_and_its_record_is_in_the_order_of_the_run(pytester):
    project(pytester)
    result = pytester.runpytest_subprocess("-v", "--symmetry-record=record.json", *CHEAP)
    result.assert_outcomes(passed=6)
    assert verdict_of(result) == "checked"
    result.stdout.fnmatch_lines(["*test_mine.py::MY.1[[]identity] PASSED*"])
    assert result.ret == 0
    (theorem,) = json.loads((pytester.path / "record.json").read_text())["theorems"]
    sampled = [line["dtype"] for line in theorem["evidence"] if line["kind"] == "sampled"]
    assert sampled == ["float64", "float32", "bfloat16", "float16"]


def test_selection_by_node_is_exact_and_what_is_missing_is_said(pytester):
    project(pytester)
    result = pytester.runpytest_subprocess("test_mine.py::MY.1[identity]", *CHEAP)
    result.assert_outcomes(passed=1)
    assert verdict_of(result) == "partly run"
    result.stdout.fnmatch_lines(["MY.1: not selected: sampled, control"])
    assert result.ret == 0


TWO = (
    IN_TWO_TYPES
    + """
@theorem("MY.2", title="Halving", statement="f = f", hypotheses="any network", controls={CONTROLS}, dtypes=("float64",))
def halving_changes_nothing(network: Network, pi: UnitPermutation, batch: Batch):
    return halved(network, pi, batch)

@theorem("MY.3", title="Again", statement="f = f", hypotheses="any network", controls={CONTROLS}, dtypes=("float64",))
def reordering_again_changes_nothing(network: Network, pi: UnitPermutation, batch: Batch):
    return forward(pi.act(network), batch.x), forward(network, batch.x)
"""
)


@pytest.mark.parametrize("workers", [(), pytest.param(("-n", "2", "--dist=loadfile"), marks=pytest.mark.slow)])
def test_a_run_that_stops_says_what_it_did_not_reach(pytester, workers):
    project(pytester, body=TWO)
    result = pytester.runpytest_subprocess("-x", "-k", "not float32", *workers, *CHEAP)
    assert [verdict_of(result, id) for id in ("MY.1", "MY.2", "MY.3")] == ["partly run", "failed", None]
    result.stdout.fnmatch_lines([
        "MY.1: not selected: sampled-float32",
        "MY.2: not reached: sampled, control",
        "not reached, since the run stopped: MY.3",
    ])  # fmt: skip
    assert result.ret in (1, 2)


@pytest.mark.parametrize("workers", [(), pytest.param(("-n", "2"), marks=pytest.mark.slow)])
def test_what_is_not_selected_fails_nothing(pytester, workers):
    project(pytester, body=TWO)
    chosen = ("-k", "control or float64", "--deselect", "test_mine.py::MY.2[sampled-float64]")
    result = pytester.runpytest_subprocess(*chosen, *workers, *CHEAP)
    assert result.ret == 0
    assert [verdict_of(result, id) for id in ("MY.1", "MY.2", "MY.3")] == ["partly run"] * 3
    result.stdout.fnmatch_lines(["3 partly run", "MY.2: not selected: identity, sampled"])


def test_a_theorem_without_a_control_fails_the_run(pytester):
    project(pytester, controls="{}", body=IN_TWO_TYPES)
    result = pytester.runpytest_subprocess(*CHEAP)
    assert verdict_of(result) == "incomplete"
    assert result.ret == 1


def test_a_false_theorem_shows_the_smallest_network(pytester):
    project(
        pytester,
        body=IN_TWO_TYPES.replace(
            "return forward(pi.act(network), batch.x), f", "return forward(network, batch.x) * 2, f"
        ),
    )
    result = pytester.runpytest_subprocess("test_mine.py::MY.1[sampled-float64]", *CHEAP)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([
        "MY.1 sampled-float64 failed:*times the bound*",
        "*on a 1-2-1 network*:",
        "*differs by*times the bound:",
        "To run it again: symmetry prove MY.1 --example 1-2-1*",
    ])  # fmt: skip


@pytest.mark.slow
def test_two_workers_print_the_same_ledger_and_record(pytester):
    project(pytester)
    ledgers, records = [], []
    for arguments in ((), ("-n", "2")):
        result = pytester.runpytest_subprocess("--symmetry-record=record.json", *arguments, *CHEAP)
        assert result.ret == 0
        text = result.stdout.str()
        ledgers.append(text[text.index(" MY.1") : text.index("Trusted:")])
        records.append(json.loads((pytester.path / "record.json").read_text())["theorems"])
    assert ledgers[0] == ledgers[1]
    assert records[0] == records[1]


def test_a_theorem_imported_into_another_file_is_collected_once(pytester):
    project(pytester)
    pytester.makepyfile(test_other="from test_mine import reordering_changes_nothing\n")
    result = pytester.runpytest_subprocess("--collect-only", "-q", *CHEAP)
    assert sum("MY.1[identity]" in line for line in result.outlines) == 1


def test_a_project_without_theorems_pays_nothing_and_finds_no_files(pytester):
    pytester.makepyfile(
        """
        import sys

        def test_nothing_heavy_is_imported():
            assert not {"jax", "sympy", "symmetry.engine", "symmetry.network"} & set(sys.modules)
        """
    )
    before = {path.name for path in pytester.path.iterdir()}
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1)
    left = {path.name for path in pytester.path.iterdir()} - before
    assert {name for name in left if not name.startswith(("runpytest", "std"))} <= {"__pycache__"}
    assert "Trusted:" not in result.stdout.str()


@pytest.mark.parametrize("number", ["-5", "0", "1.5", "inf", "nan", "many"])
def test_a_bad_budget_is_a_usage_error(pytester, number):
    result = pytester.runpytest_subprocess(f"--symmetry-networks={number}")
    assert result.ret == 4
    result.stderr.fnmatch_lines([f"*--symmetry-networks {number} is not a positive whole number*"])


def test_a_record_in_a_missing_folder_is_a_usage_error(pytester):
    result = pytester.runpytest_subprocess("--symmetry-record=missing/record.json")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*missing is no folder*"])


def test_what_lines_that_failed_share_is_shown_once(pytester):
    project(
        pytester,
        body=IN_TWO_TYPES.replace(
            "return forward(pi.act(network), batch.x), f", "return forward(network, batch.x) * 2, f"
        ),
    )
    result = pytester.runpytest_subprocess(*CHEAP)
    # Where CI is set, pytest repeats whole reports in its summary.
    text = result.stdout.str().split("short test summary info")[0]
    assert text.count("failed: ") > 2
    assert text.count("To run it again: ") == 1
    assert "The network above breaks it." in text
