"""The source of a statement, and its digest: whatever decides the result changes it, and nothing else does."""

import importlib
import textwrap

import pytest

from symmetry.statements.theorem import Theorem

pytestmark = pytest.mark.quick

LAWS = '''
from symmetry.network import Batch, Network, forward
from symmetry.statements.theorem import theorem
from {package}.shared import FACTOR as SCALE, halved
from {package} import shared

STEPS = 2


def twice(number):
    """Another sentence says nothing new."""
    return number * STEPS


def never_called(number):
    return number


def derivation(fault=""):
    yield from shared.steps(fault)


class Shift:
    def act(self, number):
        return number + 0


@theorem(
    "SRC.1",
    title="A title",
    statement="a = a",
    hypotheses="none",
    controls={{"factor": dict(factor=3)}},
    derivation=derivation,
)
def law(network: Network, batch: Batch, *, factor: int = SCALE):
    return twice(forward(network, batch.x)) * factor, Shift().act(halved(forward(network, batch.x)))
'''

SHARED = """
FACTOR = 1


def halved(number):
    return deeper(number)


def deeper(number):
    return number * 4 / 2


def steps(fault):
    yield from ()
"""


@pytest.fixture
def made(tmp_path, monkeypatch):
    """The theorem of a package written with some texts changed."""
    monkeypatch.setattr(importlib.import_module("symmetry.statements.registry"), "REGISTRY", {})
    monkeypatch.syspath_prepend(str(tmp_path))
    count = iter(range(100))

    def theorem(*changes: tuple[str, str]) -> Theorem:
        package = f"package{next(count)}"
        folder = tmp_path / package
        folder.mkdir()
        for name, text in (("__init__", ""), ("shared", SHARED), ("laws", LAWS)):
            for old, new in changes:
                text = text.replace(old, new)
            (folder / f"{name}.py").write_text(textwrap.dedent(text.format(package=package)))
        importlib.invalidate_caches()
        found = importlib.import_module(f"{package}.laws").law
        importlib.import_module("symmetry.statements.registry").REGISTRY.clear()
        return found

    return theorem


def test_equal_texts_have_equal_digests(made):
    pieces = [sorted(part.replace("package1", "package0") for part in made().source.everything) for _ in range(2)]
    assert pieces[0] == pieces[1]


@pytest.mark.parametrize(
    "change",
    [
        ("number * STEPS", "number * STEPS * 1"),
        ("STEPS = 2", "STEPS = 3"),
        ("return number + 0", "return number + 1"),
        ("dict(factor=3)", "dict(factor=5)"),
        ("FACTOR = 1", "FACTOR = 7"),
        ("number * 4 / 2", "number * 6 / 3"),
        ("yield from ()", "yield from []"),
        ('statement="a = a"', 'statement="b = b"'),
        ('hypotheses="none"', 'hypotheses="some"'),
    ],
    ids=str,
)
def test_what_decides_the_result_changes_the_digest(made, change):
    assert made(change).digest != made().digest


@pytest.mark.parametrize(
    "change", [('title="A title"', 'title="Better"'), ("def never_called(number):\n    return number", "")], ids=str
)
def test_what_decides_nothing_does_not(made, change):
    assert made(change).digest == made().digest


def test_the_law_is_shown_with_what_it_calls_in_its_own_module(made):
    source = made().source
    assert source.law.startswith("def law(network: Network, batch: Batch, *, factor: int = SCALE):")
    called = "\n".join(source.called)
    assert "STEPS = 2" in called
    assert "def twice" in called
    assert "class Shift" in called
    assert "halved" not in called
    assert "never_called" not in called
