"""The code that decides a statement: the text of its function, and of all that the function reaches in its own package.

What is reached is a function, a class or a constant that a text names, by any chain of names. It is found by running
nothing: names are looked up where the text stands.
"""

import ast
import dataclasses
import functools
import importlib.util
import inspect
import linecache
import sys
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType

SAID_ONLY = ("title", "statement", "hypotheses", "cites", "table", "corrected_by")
"""Arguments of `@theorem` that decide nothing about a run, or that a digest holds already."""


@dataclasses.dataclass(frozen=True)
class Source:
    """The code of a statement as text.

    Attributes:
        law: the function that is run, without its decorator; "" where there is none.
        called: what it calls in its own module, in the order of the file.
        everything: all that decides the result: the law, its controls and derivation, and what they reach in its package.
    """

    law: str = ""
    called: tuple[str, ...] = ()
    everything: tuple[str, ...] = ()


def source_of(function: Callable | None) -> Source:
    """The source of a statement's function; empty for None."""
    if function is None:
        return Source()
    whole = _piece_of(function)
    bare = dataclasses.replace(whole, text=whole.without_decorators)
    package = whole.module.partition(".")[0]
    called = _reached(bare, lambda module: module == whole.module)
    decides = _reached(whole, lambda module: module.partition(".")[0] == package)
    return Source(bare.text, _texts(called), (*whole.deciding_arguments, bare.text, *_texts(decides)))


def definition_of(function: Callable) -> str:
    """Where a function is written: "own.py, line 7", the line below its decorators."""
    code = inspect.unwrap(function).__code__
    lines = inspect.getsourcelines(code)[0] if _has_source(function) else []
    below = next((number for number, line in enumerate(lines) if line.lstrip().startswith("def ")), 0)
    return f"{Path(code.co_filename).name}, line {code.co_firstlineno + below}"


def repeated_keys(function: Callable) -> list[str]:
    """Keys that stand twice in a dictionary among the arguments of its decorators: Python keeps the last silently."""
    if not _has_source(function):
        return []
    decorations = _piece_of(function).decorations
    tables = [node for each in decorations for node in ast.walk(each) if isinstance(node, ast.Dict)]
    keys = [[key.value for key in table.keys if isinstance(key, ast.Constant)] for table in tables]
    return [str(key) for each in keys for key, times in Counter(each).items() if times > 1]


@dataclasses.dataclass(frozen=True)
class _Piece:
    """A function, a class or an assignment: its text, where it stands, and what the names in it mean there."""

    module: str
    line: int
    text: str
    meanings: Mapping[str, object] = dataclasses.field(compare=False, repr=False)

    @functools.cached_property
    def tree(self) -> ast.Module | None:
        """The text parsed; None for what is no statement of its own, such as a lambda in the middle of a call."""
        try:
            return ast.parse(self.text)
        except SyntaxError:
            return None

    @property
    def _definition(self) -> ast.FunctionDef | None:
        """The function that the text defines, if it does."""
        first = self.tree.body[0] if self.tree is not None and self.tree.body else None
        return first if isinstance(first, ast.FunctionDef) else None

    @property
    def without_decorators(self) -> str:
        if self._definition is None:
            return self.text
        return "\n".join(self.text.split("\n")[self._definition.lineno - 1 :])

    @property
    def decorations(self) -> list[ast.keyword]:
        decorators = self._definition.decorator_list if self._definition is not None else []
        return [each for call in decorators if isinstance(call, ast.Call) for each in call.keywords]

    @property
    def deciding_arguments(self) -> list[str]:
        """The arguments of its decorator that decide a run, such as the knobs that controls turn."""
        kept = [each for each in self.decorations if each.arg not in SAID_ONLY]
        return [ast.get_source_segment(self.text, each) or "" for each in kept]

    @functools.cached_property
    def names(self) -> frozenset[str]:
        """Every name that the text mentions, attributes included; arguments that only say something are left out."""
        skipped = {id(node) for each in self.decorations if each.arg in SAID_ONLY for node in ast.walk(each)}
        nodes = [node for node in ast.walk(self.tree) if id(node) not in skipped] if self.tree is not None else []
        plain = {node.id for node in nodes if isinstance(node, ast.Name)}
        return frozenset(plain | {node.attr for node in nodes if isinstance(node, ast.Attribute)})


def _reached(start: _Piece, inside: Callable[[str], bool]) -> set[_Piece]:
    """All pieces that a piece reaches within the modules that are `inside`, itself left out."""
    found: set[_Piece] = set()
    waiting = [start]
    while waiting:
        for piece in _named_in(waiting.pop(), inside):
            if piece not in found and (piece.module, piece.line) != (start.module, start.line):
                found.add(piece)
                waiting.append(piece)
    return found


def _texts(pieces: set[_Piece]) -> tuple[str, ...]:
    return tuple(piece.text for piece in sorted(pieces, key=lambda piece: (piece.module, piece.line)))


def _named_in(piece: _Piece, inside: Callable[[str], bool]) -> Iterator[_Piece]:
    """The pieces that a piece's names stand for, in the modules that are `inside`."""
    names = piece.names
    for name in sorted(names & set(piece.meanings)):
        value = piece.meanings[name]
        if isinstance(value, ModuleType):
            for attribute in sorted(names & set(vars(value))) if inside(value.__name__) else ():
                yield from _pieces(attribute, getattr(value, attribute), value.__name__, inside)
        else:
            yield from _pieces(name, value, piece.module, inside)


def _pieces(name: str, value: object, module: str, inside: Callable[[str], bool]) -> Iterator[_Piece]:
    """What a name stands for in a module, or in the module that it was imported from."""
    value = getattr(value, "function", value)  # a theorem stands for its law
    value = inspect.unwrap(value) if callable(value) else value
    if inspect.isfunction(value) or inspect.isclass(value):
        if value.__module__ in sys.modules and inside(value.__module__) and _has_source(value):
            yield _piece_of(value)
        return
    home, original = _home(name, module)
    if not inside(home):
        return
    for node in _definitions(home).get(original, ()):
        text = "\n".join(_lines(home)[node.lineno - 1 : node.end_lineno])
        yield _Piece(home, node.lineno, text, vars(sys.modules[home]))


@functools.cache
def _piece_of(thing: Callable) -> _Piece:
    """A function or a class as a piece."""
    lines, first = inspect.getsourcelines(thing)
    text = textwrap.dedent("".join(lines)).replace("\r\n", "\n").rstrip()
    meanings = dict(vars(sys.modules[thing.__module__]))
    if inspect.isfunction(thing):
        meanings = {**thing.__globals__, **inspect.getclosurevars(thing).nonlocals}
    return _Piece(thing.__module__, first, text, meanings)


@functools.cache
def _has_source(thing: Callable) -> bool:
    try:
        return bool(inspect.getsourcelines(thing))
    except (OSError, TypeError):  # what is built in, or made while running, has none
        return False


@functools.cache
def _home(name: str, module: str) -> tuple[str, str]:
    """The module whose text assigns a name that a module uses, and its name there."""
    for node in ast.walk(_parsed(module)):
        if not isinstance(node, ast.ImportFrom) or node.module is None or node.level or name in _definitions(module):
            continue
        for alias in node.names:
            if (alias.asname or alias.name) == name:
                return _home(alias.name, node.module)
            if alias.name == "*" and name in _definitions(node.module):
                return node.module, name
    return module, name


@functools.cache
def _definitions(module: str) -> dict[str, list[ast.stmt]]:
    """The assignments of a module by the names that they assign."""
    found: dict[str, list[ast.stmt]] = {}
    for node in _parsed(module).body:
        for target in node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]:
            for each in ast.walk(target) if target is not None else ():
                if isinstance(each, ast.Name):
                    found.setdefault(each.id, []).append(node)
    return found


@functools.cache
def _parsed(module: str) -> ast.Module:
    return ast.parse("\n".join(_lines(module)))


def _lines(module: str) -> list[str]:
    """The lines of a module's file; none where there is no such file, as in a notebook."""
    spec = importlib.util.find_spec(module) if module not in sys.modules else None
    file = getattr(sys.modules.get(module), "__file__", None) or (spec.origin if spec else None)
    return [line.rstrip("\n") for line in linecache.getlines(file)] if file else []
