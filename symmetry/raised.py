"""What a reader's file raised, in one line and with its place there."""

import traceback
from pathlib import Path


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
    message = (error.msg if isinstance(error, SyntaxError) else str(error)).strip().split("\n")[0].rstrip(".")
    return f"{type(error).__name__}: {message}" if message else type(error).__name__
