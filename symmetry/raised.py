"""What a reader's file raised, in one line and with its place there."""

import contextlib
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path


@contextlib.contextmanager
def for_its_author(words: Callable[[BaseException], str]) -> Iterator[None]:
    """Runs a reader's code: what it prints goes to the standard error, so that the output stays JSON or a report.

    Raises:
        ValueError: it raises anything, be it the end of the process or a skip of pytest; `words` says what to say of it.
    """
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise ValueError(words(error)) from error


def place_of(error: BaseException, file: str, otherwise: str = "") -> str:
    """Where in the file something was raised, "own.py, line 7, in backprop"; otherwise that text, or the file's name."""
    if isinstance(error, SyntaxError) and error.filename == file:
        return f"{Path(file).name}, line {error.lineno},"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    if not frames:
        return otherwise or Path(file).name
    function = frames[-1].name
    return f"{Path(file).name}, line {frames[-1].lineno}" + (f", in {function}" if function != "<module>" else "")


def described(error: BaseException) -> str:
    """The last line of a traceback; of a message of many lines, the first."""
    try:
        message = str(error.msg if isinstance(error, SyntaxError) else error).strip().split("\n")[0].rstrip(".")
    except Exception:  # an error of the reader's own that cannot say what it is
        message = ""
    return f"{type(error).__name__}: {message}" if message else type(error).__name__
