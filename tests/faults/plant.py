"""Planting edits in the modules that are loaded, without loading them again, and taking them out afterwards."""

import ast
import contextlib
import dataclasses
import functools
import gc
import importlib
import sys
import types
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import jax
import sympy

from symmetry.engine.assembly import forget_parts
from tests.faults.fault import Edit


@contextlib.contextmanager
def planted(edits: Sequence[Edit]) -> Iterator[None]:
    """The modules run the edited source meanwhile: functions, methods, lambdas in tables, and constants.

    What was compiled from the source before is forgotten, and so is what was compiled from the edited one afterwards.

    Raises:
        AssertionError: a text does not stand once in the source, or the edits of a module change nothing.
    """
    modules = [importlib.import_module(name) for name in {edit.module: None for edit in edits}]
    functions, caches = _made_in(modules)
    with contextlib.ExitStack() as undone:
        undone.callback(_forget, caches)
        for module in modules:
            _plant(module, [edit for edit in edits if edit.module == module.__name__], functions, undone)
        _forget(caches)
        yield


def _made_in(modules: Sequence[types.ModuleType]) -> tuple[list[types.FunctionType], list[Any]]:
    """The functions of the modules' files and the caches of their functions, wherever they are.

    Both are sought at once, since a process of many tests has millions of objects.
    """
    files, names = {module.__file__ for module in modules}, {module.__name__ for module in modules}
    functions: list[types.FunctionType] = []
    caches: list[Any] = []
    for each in gc.get_objects():
        if type(each) is types.FunctionType and each.__code__.co_filename in files:
            functions.append(each)
        elif type(each) is functools._lru_cache_wrapper and each.__module__ in names:
            caches.append(each)
    return functions, caches


def _plant(
    module: types.ModuleType, edits: list[Edit], made: Sequence[types.FunctionType], undone: contextlib.ExitStack
) -> None:
    file = str(module.__file__)
    source = Path(file).read_text()
    edited = source
    for edit in edits:
        assert edited.count(edit.old) == 1, f"{edit.old!r} stands {edited.count(edit.old)} times in {file}"
        edited = edited.replace(edit.old, edit.new)
    changed = dict(_changed(compile(source, file, "exec"), compile(edited, file, "exec")))
    constants = _changed_constants(ast.parse(source), ast.parse(edited))
    assert changed or constants, f"the edits of {file} change no function and no constant"
    functions = [each for each in made if each.__code__.co_filename == file and each.__code__ in changed]
    for function in functions:
        if function.__code__.co_freevars == changed[function.__code__].co_freevars:  # else its maker makes new ones
            undone.callback(setattr, function, "__code__", function.__code__)
            function.__code__ = changed[function.__code__]
    for statement in constants:
        for name, new in _evaluated(module, statement).items():
            _replace(module, name, new, undone)


def _changed(old: types.CodeType, new: types.CodeType) -> Iterator[tuple[types.CodeType, types.CodeType]]:
    """The code objects within a module that differ, in the order of the source, whatever they are nested in."""
    ours, theirs = _nested(old), _nested(new)
    if [each.co_name for each in ours] != [each.co_name for each in theirs]:
        return  # what is nested is made anew by what holds it, which has changed
    for one, other in zip(ours, theirs, strict=True):
        if _what_it_does(one) != _what_it_does(other):
            yield one, other
            yield from _changed(one, other)


def _nested(code: types.CodeType) -> list[types.CodeType]:
    return [each for each in code.co_consts if isinstance(each, types.CodeType)]


def _what_it_does(code: types.CodeType) -> tuple:
    """Equal for code that does the same, wherever it stands in its file."""
    constants = [
        _what_it_does(each) if isinstance(each, types.CodeType) else (type(each), repr(each)) for each in code.co_consts
    ]
    return code.co_name, code.co_code, constants, code.co_names, code.co_varnames, code.co_freevars


def _changed_constants(old: ast.Module, new: ast.Module) -> list[ast.stmt]:
    """The assignments at the top of a module that differ, apart from what stands in lambdas."""
    pairs = zip(*([each for each in tree.body if _is_assignment(each)] for tree in (old, new)), strict=True)
    return [other for one, other in pairs if _without_lambdas(one) != _without_lambdas(other)]


def _is_assignment(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Assign | ast.AnnAssign)


def _without_lambdas(statement: ast.stmt) -> str:
    class Emptied(ast.NodeTransformer):
        def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
            return ast.Name("function")

    return ast.dump(Emptied().visit(ast.parse(ast.unparse(statement))))


def _evaluated(module: types.ModuleType, statement: ast.stmt) -> dict[str, object]:
    """The names that an assignment binds, with their values."""
    before = vars(module)
    after = dict(before)
    exec(compile(ast.Module([statement], []), str(module.__file__), "exec"), after)
    return {name: value for name, value in after.items() if name not in before or before[name] is not value}


def _replace(module: types.ModuleType, name: str, new: object, undone: contextlib.ExitStack) -> None:
    """Gives a constant its new value: a table or a dataclass in place, any other wherever it goes by that name."""
    old = getattr(module, name)
    if isinstance(old, dict) or dataclasses.is_dataclass(old):
        contents, others = (each if isinstance(each, dict) else vars(each) for each in (old, new))
        undone.callback(contents.update, dict(contents))
        contents.update(others)
        return
    for each in [each for each in sys.modules.values() if vars(each).get(name) is old]:
        undone.callback(setattr, each, name, old)
        setattr(each, name, new)


def _forget(caches: Sequence[Any]) -> None:
    """Drops what was compiled, and what functions keep of their results."""
    jax.clear_caches()
    sympy.core.cache.clear_cache()
    forget_parts()
    for each in caches:
        each.cache_clear()
