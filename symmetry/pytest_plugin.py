"""Theorems are pytest items: `proofs/permutation.py::PERM.1[identity]`. The ledger is printed at the end.

Nothing of jax, sympy or hypothesis is imported here: a project without theorems does not pay for this plugin.
"""

import json
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from symmetry.statements.ids import chapter_and_number
from symmetry.wording import whole_number

if TYPE_CHECKING:
    from symmetry.evidence.finding import Finding

SESSION = pytest.StashKey[Any]()
ROWS = pytest.StashKey[dict[str, Any]]()
EXPECTED = pytest.StashKey[set[str]]()
SHOWN = pytest.StashKey[set[str]]()
STOPPED = pytest.StashKey[bool]()
SENTINELS = pytest.StashKey[list[Any]]()

THEOREM_ITEM = re.compile(r"::([A-Z]+\.[0-9]+)\[([a-z0-9-]+)\]$")


class TheoremFailed(Exception):
    """One kind of evidence failed; its message is the report."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("symmetry", "theorems about networks")
    group.addoption(
        "--symmetry-networks",
        metavar="N",
        default="10000",
        help="random networks on which each theorem is sampled, for each float type (1e6 is understood)",
    )
    group.addoption("--symmetry-record", metavar="FILE", default=None, help="write the evidence to this JSON file")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[ROWS], config.stash[EXPECTED], config.stash[SHOWN] = {}, set(), set()
    config.stash[STOPPED] = False
    config.stash[SENTINELS] = []
    networks_asked(config)
    record = config.getoption("--symmetry-record")
    if record is not None and not Path(record).parent.is_dir():
        raise pytest.UsageError(f"--symmetry-record {record}: {Path(record).parent} is no folder.")


def networks_asked(config: pytest.Config) -> int:
    """The value of --symmetry-networks.

    Raises:
        pytest.UsageError: it is not a positive whole number.
    """
    text = str(config.getoption("--symmetry-networks"))
    try:
        return whole_number(text)
    except ValueError:
        raise pytest.UsageError(
            f"--symmetry-networks {text} is not a positive whole number; pass one such as 10000 or 1e6."
        ) from None


def pytest_pycollect_makeitem(collector: pytest.Module | pytest.Class, name: str, obj: Any) -> list[pytest.Item] | None:
    statements = sys.modules.get("symmetry.statements.statement")  # not imported for what cannot be a theorem
    if statements is None or not isinstance(obj, statements.Statement):
        return None
    if obj.module != getattr(collector.obj, "__name__", None):
        return []  # imported from the chapter that collects it
    from symmetry.evidence.finding import items_of

    return [
        TheoremItem.from_parent(collector, name=f"{obj.id}[{item}]", theorem=obj, kind=item, place=place)
        for place, item in enumerate(items_of(obj))
    ]


class TheoremItem(pytest.Item):
    """One line of evidence for one theorem."""

    def __init__(self, *, theorem: Any, kind: str, place: int, **kwargs: Any):
        super().__init__(**kwargs)
        self.theorem, self.kind, self.place = theorem, kind, place

    def runtest(self) -> None:
        import dataclasses

        from symmetry.display.progress import without_repetition
        from symmetry.evidence.finding import Heading

        evidence = self.config.stash[SESSION].gather(self.theorem, self.kind)
        heading = dataclasses.asdict(Heading.of(self.theorem))
        row = {"heading": heading, "line": evidence.to_json(), "place": self.place}
        # Builtin types only: the row travels from a worker of pytest-xdist as JSON.
        self.user_properties.append(("symmetry", json.dumps(row)))
        if evidence.outcome == "failed":
            raise TheoremFailed(without_repetition(evidence, self.config.stash[SHOWN]))
        if evidence.outcome == "not run":
            pytest.skip(evidence.reason or "")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, TheoremFailed):
            return f"{self.theorem.id} {self.kind} failed: {excinfo.value}"
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        function = self.theorem.function
        line = function.__code__.co_firstlineno - 1 if function else 0
        return self.path, line, f"{self.theorem.id} {self.kind}"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    theorems = list(dict.fromkeys(item.theorem for item in items if isinstance(item, TheoremItem)))
    config.stash[EXPECTED] = {item.nodeid for item in items if isinstance(item, TheoremItem)}
    if theorems:
        from symmetry.evidence.session import Session

        config.stash[SESSION] = Session(theorems, networks_asked(config))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: Any, ids: list[str]) -> None:
    node.config.stash[EXPECTED] = {id for id in ids if THEOREM_ITEM.search(id)}


class Collector:
    """Keeps the rows that come in, on the process that prints the ledger."""

    def __init__(self, config: pytest.Config):
        self.config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for key, value in report.user_properties:
            if key == "symmetry" and report.when == "call":
                self.config.stash[ROWS][report.nodeid] = json.loads(str(value))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):
        session.config.pluginmanager.register(Collector(session.config), "symmetry-collector")


def findings(config: pytest.Config) -> "list[Finding]":
    """The findings so far, by chapter and number, their lines in the order in which they are run."""
    from symmetry.evidence.finding import Finding, Heading
    from symmetry.evidence.record import line_from_json

    found: dict[str, Finding] = {}
    rows, unreached = config.stash[ROWS], _unreached(config)
    for nodeid in sorted(rows, key=lambda nodeid: (_reading_order(nodeid), rows[nodeid]["place"], nodeid)):
        row = rows[nodeid]
        tuples = {name: tuple(row["heading"][name]) for name in ("listed", "items")}
        heading = Heading(**{**row["heading"], **tuples})
        finding = found.setdefault(heading.id, Finding(heading, unreached=unreached[heading.id]))
        finding.evidence.append(line_from_json(row["line"], heading.id))
    return list(found.values())


def _unreached(config: pytest.Config) -> dict[str, frozenset[str]]:
    """By id, the items that were to run and gave no row."""
    matches = [match for nodeid in unanswered(config) if (match := THEOREM_ITEM.search(nodeid))]
    found: dict[str, frozenset[str]] = defaultdict(frozenset)
    for match in matches:
        found[match[1]] |= {match[2]}
    return found


def _reading_order(nodeid: str) -> tuple:
    """Chapter by chapter and number by number, whatever files they are in."""
    match = THEOREM_ITEM.search(nodeid)
    return chapter_and_number(match.group(1)) if match else ("", 0)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    config = session.config
    if hasattr(config, "workerinput") or not config.stash[ROWS]:
        return
    config.stash[STOPPED] = bool(session.shouldstop or session.shouldfail or exitstatus == pytest.ExitCode.INTERRUPTED)
    from symmetry.display.sentinels import planted_beside
    from symmetry.evidence.finding import exit_status
    from symmetry.evidence.record import Record

    found = findings(config)
    config.stash[SENTINELS] = planted = planted_beside(found)
    void = not all(each.rejected for each in planted)
    if exitstatus == pytest.ExitCode.OK and (exit_status(found) or unanswered(config) or void):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    path = config.getoption("--symmetry-record")
    if path is not None:
        Record.of(found, networks=networks_asked(config), seed=0).write(Path(path))


def unanswered(config: pytest.Config) -> list[str]:
    """Items that were collected and gave no row: their worker crashed, or the run was cut short."""
    return sorted(config.stash[EXPECTED] - set(config.stash[ROWS]))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or not config.stash[ROWS]:
        return
    from symmetry.display.ledger import ledger
    from symmetry.display.sentinels import in_words
    from symmetry.evidence.record import first_of

    terminalreporter.section("symmetry")
    found = findings(config)
    terminalreporter.write_line(ledger(found, terminalreporter._tw.fullwidth))
    terminalreporter.write_line(in_words(config.stash[SENTINELS], terminalreporter._tw.fullwidth))
    if config.stash[STOPPED]:
        others = sorted(_unreached(config).keys() - {each.heading.id for each in found}, key=chapter_and_number)
        terminalreporter.write_line(f"not reached, since the run stopped: {first_of(others)}" if others else "")
    else:
        for nodeid in unanswered(config):
            terminalreporter.write_line(f"no result: {nodeid}")
    path = config.getoption("--symmetry-record")
    if path is not None:
        terminalreporter.write_line(f"record: {path}")
