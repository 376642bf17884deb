"""Sweeps: the same result however the networks are cut into chunks, and what is false is found, shown and made simple."""

import dataclasses
import json
import os
import re
import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from typer.testing import CliRunner

from symmetry.cli import app
from symmetry.engine.kernel import exact_settings
from symmetry.evidence.kinds.sampled import Sampled
from symmetry.evidence.record import read_record
from symmetry.numbers.ball.source import as_balls
from symmetry.statements.registry import REGISTRY, load
from symmetry.sweep import kernel, planted, ranges, totals
from symmetry.sweep.drawn import BLOCK
from symmetry.sweep.kernel import FAMILIES, Kernel, Law, LawRaised, Stretch, cases_of
from symmetry.sweep.one_network import drawn_again, law_of, shown, simplified
from symmetry.sweep.result import Result, finding_of
from symmetry.sweep.sweep import Sweep
from symmetry.sweep.sweepable import reason_against
from symmetry.sweep.task import Running
from symmetry.sweep.totals import Totals, added, on_host
from tests.sweeps import MINE, NETWORKS, SMALL, permuted, permuted_but_rarely, raising, swept, task_of, theorem_of

CPU = jax.local_devices()[:1]


@pytest.fixture(scope="module")
def whole() -> Result:
    """A true law on all networks, in chunks as they come."""
    return swept(Sweep([task_of()], CPU))


def test_a_true_law_passes_and_every_network_is_compared(whole):
    assert (whole.totals.networks, whole.totals.broken, whole.void, whole.error) == (NETWORKS, 0, "", "")
    assert 0 < whole.totals.worst <= 1
    assert 0 < whole.totals.vacuous < NETWORKS / 4


@pytest.mark.parametrize("blocks", [1, 7, 64])
def test_the_size_of_chunks_changes_nothing(whole, blocks, monkeypatch):
    monkeypatch.setattr(ranges.Size, "adapt", lambda self, seconds: setattr(self, "blocks", blocks))
    assert swept(Sweep([task_of()], CPU)).totals == whole.totals


def test_another_seed_has_other_networks(whole):
    assert swept(Sweep([task_of(seed=1)], CPU)).totals.checksum != whole.totals.checksum


FOUR_DEVICES = """
import jax
from symmetry.sweep.sweep import Sweep
from tests.sweeps import swept, task_of
assert len(jax.local_devices()) == 4
print(list(swept(Sweep([task_of()], jax.local_devices())).totals))
"""


def test_four_devices_give_what_one_gives(whole):
    flags = f"{os.environ.get('XLA_FLAGS', '')} --xla_force_host_platform_device_count=4"
    found = subprocess.run(
        [sys.executable, "-c", FOUR_DEVICES],
        env={**os.environ, "XLA_FLAGS": flags},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    assert Totals(*json.loads(found.stdout)) == whole.totals


def test_blocks_side_by_side_give_what_blocks_one_by_one_give():
    """As an accelerator runs them: eight blocks at once, whose numbers differ by the number of families."""
    law = Law("SENTINEL.1", permuted, SMALL, "float64", 0)
    at_once = Kernel(law, CPU, blocks_at_once=8)
    one_by_one = Kernel(law, CPU)
    stop = 8 * FAMILIES * BLOCK - 300
    found = [on_host(each, 0) for each in at_once.start([Stretch(3, 1, 5, stop)])]
    expected = [Totals(), Totals()]
    for block in range(8):
        parts = one_by_one.start([Stretch(3 + FAMILIES * block, 1, 5, stop)])
        expected = [added(so_far, on_host(part, 0)) for so_far, part in zip(expected, parts, strict=True)]
    assert found == expected
    assert found[0].networks == 8 * 5 * BLOCK


def test_wide_networks_are_compared_one_by_one_and_are_the_same(whole, monkeypatch):
    monkeypatch.setattr(kernel, "WIDEST", 1)
    monkeypatch.setattr(kernel, "CACHED", 1_000)
    found = swept(Sweep([task_of()], CPU)).totals
    for what in ("networks", "broken", "checksum", "vacuous"):
        assert getattr(found, what) == getattr(whole.totals, what), what
    assert 0 < found.worst <= 1


def inputs_of(law, blocks: int) -> np.ndarray:
    """The input of every network of the first blocks."""

    def one(block, place):
        return cases_of(law, block % FAMILIES, block, place)[0]["batch"].x[0, 0]

    places = jnp.arange(BLOCK, dtype=jnp.uint32)
    of_block = jax.jit(jax.vmap(one, in_axes=(None, 0)))
    with exact_settings():
        return np.concatenate([of_block(jnp.uint32(block), places) for block in range(blocks)])


def test_a_planted_false_law_is_found_on_its_first_network_and_made_simple():
    task = task_of(permuted_but_rarely)
    result = swept(Sweep([task], CPU))
    law = law_of(task.theorem, "float64", 0, 0)
    inputs = inputs_of(law, task.blocks)[:NETWORKS]
    breaking = np.flatnonzero((inputs > 1.99) & (inputs < 2))
    assert (result.totals.broken, result.totals.broken_at) == (len(breaking), breaking[0])
    finding = finding_of([(result, Sweep([task], CPU).traced(task))])
    (line,) = finding.evidence
    assert finding.verdict == "failed"
    again = f"symmetry sweep SENTINEL.1 --only {result.totals.broken_at} --dtype float64 --seed 0"
    assert (line.reproduce or "").startswith(again)
    assert re.search(r"W1 = \[\[-?[01]\.,\s+-?[01]\.\]\]", line.explanation)
    assert "right" in line.explanation


def test_a_law_that_raises_fails():
    task = task_of(raising)
    result = swept(Sweep([task], CPU))
    reason = finding_of([(result, [])]).evidence[0].reason or ""
    assert reason.startswith("the law raised ArithmeticError: it cannot be computed")
    with pytest.raises(LawRaised, match="it cannot be computed"):
        Running(task, CPU)


@pytest.mark.parametrize(
    "fault", ["a network that is left out", "a difference that is not seen", "blocks that come twice"]
)
def test_a_kernel_that_miscounts_makes_the_sweep_void(fault, monkeypatch):
    if fault == "a network that is left out":
        right = totals.of_networks
        monkeypatch.setattr(
            "symmetry.sweep.kernel.of_networks",
            lambda outcome, numbers, counted, checksum: right(outcome, numbers, counted & (numbers != 700), checksum),
        )
    elif fault == "a difference that is not seen":
        monkeypatch.setattr(planted, "OFF", planted.EQUAL)
    else:
        monkeypatch.setattr(Running, "_stretches", _always_the_first(Running._stretches))
    result = swept(Sweep([task_of(networks=8 * BLOCK)], CPU))
    assert result.void
    line = finding_of([(result, Sweep([task_of()], CPU).traced(task_of()))]).evidence[0]
    assert line.outcome == "failed"
    assert "void" in (line.reason or "")


def _always_the_first(right):
    def stretches(self, kernel, place, chunk):
        shift = chunk.start
        return [each._replace(first=each.first - shift) for each in right(self, kernel, place, chunk)]

    return stretches


def test_one_network_by_itself_is_what_the_kernel_drew():
    """The checksum of a kernel, and that of its networks drawn one after another."""
    law = law_of(task_of().theorem, "float64", 0, 0)
    (found, _) = Kernel(law, CPU).start([Stretch(0, 1, 1, 3)])
    both = [[leaf.tobytes() for leaf in jax.tree.leaves(drawn_again(law, i))] for i in (0, 1, 2, 2)]
    assert both[2] == both[3]
    assert both[0] != both[1] != both[2]
    assert on_host(found, 0).networks == 3


def test_a_network_that_breaks_a_law_breaks_it_by_itself_and_its_neighbour_does_not():
    """By itself it runs on another kernel, compiled in another way."""
    task = task_of(permuted_but_rarely)
    assert not shown(task.theorem, "float64", 0, 5)[0]
    at = swept(Sweep([task], CPU)).totals.broken_at
    failed, text = shown(task.theorem, "float64", 0, at)
    assert failed
    assert f"network {at} of seed 0" in text


def test_a_simplified_network_still_breaks_the_law():
    law = law_of(task_of(permuted_but_rarely).theorem, "float64", 0, 0)
    cases = drawn_again(law, 0)
    cases["batch"] = dataclasses.replace(cases["batch"], x=np.array([[[1.9995]]]))
    simple = simplified(law, cases)
    with exact_settings():
        left, right = law.law(**as_balls(jax.tree.map(lambda leaf: jnp.asarray(leaf)[0], simple)))
    assert abs(left.center - right.center).item() == 1
    assert all((leaf == 0).all() for layer in simple["network"].layers for leaf in jax.tree.leaves(layer))


def test_every_statement_of_the_catalogue_is_swept_or_says_why_not():
    against = {id: reason_against(statement) for id, statement in load().items()}
    assert all(not against[id] for id in ("PERM.1", "PERM.4", "TIE.1", "GRAD.4", "SIGN.1", "SCALE.1"))
    assert all(against[id] for id in ("METH.1", "ARCH.1", "PERM.9", "CLAIM.1"))
    assert "draws and counts for itself" in against["METH.1"]
    assert sum(not reason for reason in against.values()) > 60


def run(*arguments: str):
    return CliRunner().invoke(app, ["sweep", *arguments], env={"COLUMNS": "100"})


def test_what_cannot_be_swept_says_why():
    assert "draws and counts for itself" in run("ARCH.1").output
    assert "there is no float type 'float' here" in run("PERM.1", "--dtype", "float").output
    assert "--coordinator" in run("PERM.1", "--processes", "2").output
    assert "prints a network of one theorem" in run("PERM", "--only", "3").output
    assert {run("ARCH.1").exit_code, run("NONE.1").exit_code} == {2}


def test_only_prints_the_network_and_both_sides():
    result = run("PERM.1", "--seed", "3", "--only", "1000")
    assert result.exit_code == 0, result.output
    for part in ("network 1000 of seed 3, in float64", "W1 = [[", "pi: [", "left  =", "right =", "bound ="):
        assert part in result.output
    assert run("PERM.1", "--seed", "3", "--only", "1000").output == result.output


def test_help_teaches():
    text = " ".join(run("--help").output.split())
    for part in ("--journal", "--only", "--coordinator", "symmetry sweep PERM.4 --networks 1e7"):
        assert part in text


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """The folder where a reader keeps a theorem."""
    (tmp_path / "mine.py").write_text(MINE)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    del REGISTRY["MINE.1"]


def of_mine(*arguments: str):
    return CliRunner().invoke(app, [*arguments, "--path", "mine.py"], env={"COLUMNS": "100"})


def test_the_command_writes_a_record_of_sampled_evidence_which_is_reproduced(mine):
    found = of_mine("sweep", "--networks", "2000", "--seed", "3", "--record", "record.json")
    assert found.exit_code == 0, found.output
    assert "MINE.1 float64: 2,000 networks, worst difference" in found.output
    (line,) = read_record(mine / "record.json")["MINE.1"].evidence
    assert isinstance(line, Sampled)
    assert (line.kind, line.outcome, line.networks, line.swept) == ("sampled", "passed", 2_000, True)
    again = of_mine("reproduce", "record.json")
    assert (again.exit_code, "1 reproduced" in again.output) == (0, True), again.output
    content = json.loads((mine / "record.json").read_text())
    content["theorems"][0]["evidence"][0]["worst"] /= 2
    (mine / "edited.json").write_text(json.dumps(content))
    again = of_mine("reproduce", "edited.json")
    assert (again.exit_code, "worst" in again.output) == (1, True), again.output


def test_a_theorem_is_swept_in_narrow_float_types():
    for dtype in ("float32", "bfloat16"):
        task = task_of(networks=2_000, dtype=dtype)
        result = swept(Sweep([task], CPU))
        assert (result.totals.networks, result.totals.broken, result.void) == (2_000, 0, "")
        assert finding_of([(result, Sweep([task], CPU).traced(task))]).evidence[0].outcome in ("passed", "not run")


def test_theorems_are_of_few_architectures():
    assert len(task_of().laws) == 1
    theorem = theorem_of(permuted)
    assert len(dataclasses.replace(task_of(), theorem=dataclasses.replace(theorem, architectures=None)).laws) == 3
