"""Statements of the student's source: which of them a line belongs to, how it reads, and what it is made of."""

import ast
import functools
import linecache
from collections.abc import Iterator

LONGEST = 120
"""Letters of a statement that a sentence quotes."""


@functools.cache
def source_of(file: str) -> str:
    """The text of a file."""
    return "".join(linecache.getlines(file))


@functools.cache
def statements_of(file: str) -> dict[int, ast.stmt]:
    """For every line of a file, the smallest statement that covers it; nothing where the source cannot be read."""
    try:
        tree = ast.parse(source_of(file))
    except (SyntaxError, ValueError):
        return {}
    return {
        line: statement  # of the last that covers it: a statement comes before those inside of it
        for statement in ast.walk(tree)
        if isinstance(statement, ast.stmt)
        for line in range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)
    }


@functools.cache
def quoted(file: str, line: int) -> str:
    """The statement that a line belongs to, on one line; nothing where the source cannot be read."""
    statement = statements_of(file).get(line)
    if statement is None:
        return ""
    last = statement.lineno if hasattr(statement, "body") else statement.end_lineno or statement.lineno
    lines = (linecache.getline(file, each).strip() for each in range(statement.lineno, last + 1))
    text = " ".join(lines).removesuffix(";")
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def parts_of(statement: ast.stmt) -> Iterator[ast.AST]:
    """The expressions that a statement reads, without those in its body; an operand comes before what is made of it."""
    assigned = statement.targets if isinstance(statement, ast.Assign) else []
    for child in ast.iter_child_nodes(statement):
        if not isinstance(child, ast.stmt | ast.ExceptHandler) and child not in assigned:
            yield from _in_order(child)


def _in_order(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        yield from _in_order(child)
    yield node


@functools.cache
def reads(file: str, line: int) -> tuple[tuple[str, ast.expr], ...]:
    """What a statement reads: its names, subscripts and attributes as they are written, the shortest first."""
    parts = [
        each
        for each in parts_of(statements_of(file)[line])
        if isinstance(each, ast.Name | ast.Subscript | ast.Attribute) and isinstance(each.ctx, ast.Load)
    ]
    return tuple(sorted({written(file, each): each for each in parts}.items(), key=lambda pair: len(pair[0])))


@functools.cache
def assigns(file: str, line: int) -> tuple[tuple[str, ast.expr], ...]:
    """What a statement assigns, as it is written."""
    statement = statements_of(file)[line]
    waiting = list(statement.targets) if isinstance(statement, ast.Assign) else []
    found = []
    while waiting:
        target = waiting.pop(0)
        if isinstance(target, ast.Tuple | ast.List):
            waiting += target.elts
        else:
            found.append((written(file, target), target))
    return tuple(found)


@functools.cache
def written(file: str, part: ast.expr) -> str:
    """An expression as the source has it."""
    return ast.get_source_segment(source_of(file), part) or ast.unparse(part)


def forget() -> None:
    """Reads files again that may have changed since."""
    linecache.checkcache()
    for cached in (source_of, statements_of, quoted, reads, assigns, written):
        cached.cache_clear()
