"""How hostile input is tried: a few inputs in every run and many in the slow one, and what an answer to a mistake must be."""

import contextlib
import dataclasses
import functools
import inspect
import io
import re
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import symmetry
from symmetry.cli import app

OWN = str(Path(symmetry.__file__).parent)

UNHURRIED = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)

WORDS = re.compile(
    "; |this version |should |such as |holds |lacks |leave |expected|must |choose |[Pp]ass |[Cc]all |[Nn]ame |[Rr]eturn "
)
"""What a message in words has, and hardly one from deep inside: it says what was got and what to do."""


def fuzz(few: int, many: int, **strategies: st.SearchStrategy) -> Callable[[Callable], Callable]:
    """Tries a test on so many inputs, and on more in the slow run: the same ones in every run, kept nowhere."""
    quiet = {"deadline": None, "database": None, "phases": [Phase.generate, Phase.shrink]}

    def decorated(test: Callable) -> Callable:
        @functools.wraps(test)
        def tried(inputs: int, **fixtures):
            @settings(max_examples=inputs, derandomize=True, suppress_health_check=UNHURRIED, **quiet)
            @given(**strategies)
            def one(**drawn):
                test(**drawn, **fixtures)

            one()

        own = [each for name, each in inspect.signature(test).parameters.items() if name not in strategies]
        inputs = inspect.Parameter("inputs", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        tried.__signature__ = inspect.Signature([inputs, *own])  # pyright: ignore[reportAttributeAccessIssue]
        return pytest.mark.parametrize("inputs", [few, pytest.param(many, marks=pytest.mark.slow)])(tried)

    return decorated


@dataclasses.dataclass(frozen=True)
class Done:
    """A command that ended: its exit status, what it printed, and what it said on the standard error."""

    status: int
    printed: str
    said: str


def run(*arguments: str) -> Done:
    """Runs a command in this process. Whatever it raises but the end of the process is raised, and is a failure."""
    printed, said = io.StringIO(), io.StringIO()
    status = None
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(said):
        try:
            app(list(arguments), prog_name="symmetry")
        except SystemExit as ended:
            status = ended.code
    assert isinstance(status, int)
    return Done(status, printed.getvalue(), said.getvalue())


def refused(*arguments: str) -> str:
    """What a command says that must refuse its arguments: in words, with status 2, printing nothing."""
    done = run(*arguments)
    assert (done.status, done.printed) == (2, ""), done
    assert re.search("^(symmetry: |Usage: |╭─ Error)", done.said, re.MULTILINE)  # a reader's module may print before
    assert "Traceback" not in done.said
    return done.said


def in_order(*arguments: str) -> Done:
    """A command that may take its arguments or refuse them."""
    done = run(*arguments)
    assert done.status in (0, 2), done
    return done if done.status == 0 else dataclasses.replace(done, said=refused(*arguments))


@contextlib.contextmanager
def refusal_in_words(*kinds: type[Exception]) -> Iterator[None]:
    """What is called here may refuse what it is handed: one of these errors, raised by symmetry itself, that says what to do.

    An error that the reader's own function raises, in a line of the tests, is the reader's.
    """
    try:
        yield
    except kinds as refusal:
        deepest = traceback.extract_tb(refusal.__traceback__)[-1].filename
        if not (deepest.startswith(OWN) and WORDS.search(str(refusal))):
            raise AssertionError(f"{type(refusal).__name__} from deep inside, or not in words: {refusal}") from refusal


def files_in(folder: Path) -> dict[str, bytes]:
    """Everything in a folder, to be compared with what is there later."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
        if "__pycache__" not in path.parts
    }
