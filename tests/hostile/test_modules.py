"""Modules of a reader's own that raise, end the process, print or return nonsense: said in words, with the output left clean."""

import json
from pathlib import Path

import pytest
from hypothesis import strategies as st

from tests.hostile.fuzz import files_in, fuzz, refused, run
from tests.hostile.strategies import TEXTS

SOURCES = {
    "raises": "raise KeyError('x')",
    "raises what is no Exception": "class Odd(BaseException): ...\nraise Odd('no')",
    "is skipped by pytest": "import pytest\npytest.skip('no torch here', allow_module_level=True)",
    "needs what is missing": "import pytest\npytest.importorskip('no_such_module_anywhere')",
    "raises what cannot be shown": "class Odd(Exception):\n    def __str__(self): raise RuntimeError\nraise Odd",
    "raises what is shown as no text": "class Odd(Exception):\n    def __str__(self): return 1\nraise Odd",
    "raises with many lines": "raise ValueError('one\\ntwo\\n' * 1000)",
    "ends the process": "import sys\nsys.exit(3)",
    "ends the process in words": "raise SystemExit('enough')",
    "closes a generator": "raise GeneratorExit",
    "imports itself away": "import sys\ndel sys.modules[__name__]\nraise ImportError(name='x')",
    "recurs without end": "def again(): again()\nagain()",
    "is no Python": "def",
    "is indented": "  x = 1\n y = 2",
    "nests too deeply": "x = " + "(" * 5_000 + ")" * 5_000,
    "has a number too long": "x = " + "9" * 10_000,
    "has a NUL": "x = 1\0",
    "is not UTF-8": "x = '\udcff'",
    "names an encoding that is none": "# -*- coding: nonsense -*-\nx = 1",
    "is empty": "",
    "only prints": "print('hello')",
}

USES = [
    ("show", "MY.1", "--path", "own.py"),
    ("cite", "MY.1", "--path", "own.py"),
    ("list", "--path", "own.py"),
    ("sheet", "MY.1", "--path", "own.py"),
    ("prove", "--path", "own.py"),
    ("prove", "GRAD.2", "--backprop", "own.py:backprop"),
    ("check", "own.py"),
    ("check", "own.py:build"),
    ("check", "own:build"),
]


@pytest.fixture
def own(tmp_path):
    """Writes the module; half a character in a source stands for a byte that is not UTF-8."""
    return lambda source: (tmp_path / "own.py").write_bytes(source.encode("utf-8", "surrogateescape"))


@fuzz(40, 400, source=st.sampled_from(sorted(SOURCES)), use=st.sampled_from(USES))
def test_a_module_that_is_none_is_refused(source, use, own, tmp_path):
    own(SOURCES[source])
    before = files_in(tmp_path)
    refused(*use)
    assert files_in(tmp_path) == before


@fuzz(15, 100, source=TEXTS, use=st.sampled_from(USES))
def test_neither_is_any_other_text_a_module(source, use, own):
    own(f"{source}\nraise ValueError('one more line')")
    refused(*use)


NONSENSE = [
    "None",
    "1",
    "'abc'",
    "()",
    "(1, {}, ())",
    "(lambda p: 1 / 0, {}, ())",
    "(lambda p: p, {1: np.ones(2), 'a': np.ones(2)}, ())",
    "(lambda p: p['a'], {'b': np.ones(2)}, ())",
    "(lambda p: 'text', {'a': np.ones(2)}, ())",
    "(lambda p, x: x @ p['a'], {'a': np.ones((2, 3))}, (np.ones((5, 7)),))",
    "(lambda p: float(p['a'].sum()), {'a': np.ones(2)}, ())",
    "{}",
    "{'apply': len}",
    "{'apply': len, 'params': {}, 'more': 1}",
    "{'apply': lambda p: p['a'], 'params': {'a': np.ones(2)}, 'loss': 3}",
    "{'apply': lambda p: p['a'], 'params': {'a': np.ones(2)}, 'mirrors': 3}",
    "{'apply': lambda p: p['a'], 'params': {'a': np.ones(2)}, 'mirrors': {'x': 1}}",
    "{'apply': lambda p: p['a'], 'params': {'a': np.ones(2)}, 'groups': 3}",
    "{'apply': lambda p: p['a'], 'params': {'a': np.ones(2)}, 'optimizer': 3}",
    "{'apply': lambda p: p['a'], 'params': {'a': np.ones(2)}, 'loss': lambda p: 'x'}",
    "raising()",
    "sys.exit('no')",
    "print('x')",
]


@pytest.mark.parametrize("returned", NONSENSE)
def test_what_a_function_builds_that_is_no_model_is_refused(returned, own):
    own(f"import sys\nimport numpy as np\n\ndef build():\n    print('building')\n    return {returned}\n")
    refused("check", "own.py")


@pytest.mark.quick
@pytest.mark.parametrize("object", ["", "no", "number", "Odd", "wrong", "a.b.c", "__name__", "\0"])
def test_an_object_that_is_no_backprop_is_refused(object, own):
    own("number = 1\nclass Odd: ...\ndef wrong(network): ...\n")
    refused("prove", "GRAD.2", "--backprop", f"own.py:{object}")


LAW = """
from symmetry import Batch, Network, forward, theorem

print("importing")

@theorem("MY.1", title="[/red] a title", statement="f = f", hypotheses="any", controls={"[/b] doubled": dict(factor=2)})
def law(network: Network, batch: Batch, *, factor=1):
    return factor * forward(network, batch.x), forward(network, batch.x)
"""


@pytest.mark.quick
def test_what_a_module_prints_does_not_get_into_the_output(own):
    own(LAW)
    for line in (("show", "MY.1", "--json"), ("list", "--json")):
        done = run(*line, "--path", "own.py")
        assert done.status == 0
        assert "importing" in done.said
        assert json.loads(done.printed)
    assert "[/red] a title" in run("list", "--path", "own.py").printed


DECLARED = ["title", "statement", "hypotheses", "cites", "controls", "evidence", "systems", "dtypes", "refutes"]


@fuzz(
    20,
    150,
    name=st.sampled_from(DECLARED[1:]),
    value=st.sampled_from(["3", "b'x'", "object()", "[1]", "{1}", "'x\\ny'", "len"]),
)
def test_a_theorem_that_is_declared_wrongly_is_refused(name, value, own):
    words = {"title": "'t'", "statement": "'s'", "hypotheses": "'h'", "controls": "{}"}
    given = ", ".join(f"{each}={text}" for each, text in {**words, name: value}.items())
    own(LAW.partition("@theorem")[0] + f"@theorem('MY.1', {given})\ndef law(network: Network): return 1, 2\n")
    if (name, value) not in [(each, "'x\\ny'") for each in ("statement", "hypotheses")]:  # which may have many lines
        assert "cannot be imported: ValueError: MY.1" in refused("show", "MY.1", "--path", "own.py")


@pytest.mark.slow
def test_hand_ins_that_never_end_or_end_the_process_cost_only_themselves(tmp_path):
    (tmp_path / "test_homework.py").write_text("from own import f\n\ndef test_f():\n    assert f() == 1\n")
    for name, source in {
        "endless": "while True: ...",
        "gone": "import os\nos._exit(0)",
        "fine": "f = lambda: 1",
    }.items():
        (tmp_path / f"{name}.py").write_text(source)
    before = files_in(Path())
    done = run("grade", ".", "--limit", "5")
    assert done.status == 0
    rows = (tmp_path / "grades.csv").read_text().splitlines()
    assert [row.split(",")[:2] for row in rows if row.startswith(("endless", "fine", "gone"))] == [
        ["endless", "0"],
        ["fine", "1"],
        ["gone", "0"],
    ]
    assert {**files_in(Path()), "grades.csv": b""} == {**before, "grades.csv": b""}
