"""Agda, run in a private copy of the sources: it writes beside them, so each process has its own, and leaves nothing."""

import contextlib
import dataclasses
import importlib.metadata
import importlib.util
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import types
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

COMMAND = "pip install 'symmetry-proofs[formal]'"

FLAGS = ("--safe", "--without-K", "--no-libraries", "-W", "error")
"""No postulate, no axiom K, no file but ours and Agda's builtins; a warning is an error."""


def by_hand(file: str) -> str:
    """The command that checks a file, for a person who has Agda."""
    return " ".join(["agda", *FLAGS, file])


_PROCESS = Path(__file__).with_name("agda_process.py")

_WHEELS = {("Linux", "x86_64"), ("Darwin", "x86_64"), ("Darwin", "arm64"), ("Windows", "AMD64")}
"""The systems and machines that there is a wheel of Agda for."""

_NEWEST = (3, 12)
"""The newest Python that there is a wheel of Agda for."""


def unavailable() -> str:
    """Why Agda cannot be run here, and what brings it; "" if it can."""
    if (folder := _installed()) is not None:
        if (folder / "data" / "lib" / "prim").is_dir():
            return ""
        return f"the Agda that is installed, {version()}, lacks its builtin files; run {COMMAND}, which brings 2.7.0."
    python = f"{platform.python_implementation()} {sys.version_info[0]}.{sys.version_info[1]}"
    if sys.version_info[:2] > _NEWEST or sys.implementation.name != "cpython":
        return f"Agda has no wheel for {python}; run with CPython 3.11 or 3.12, and there {COMMAND}."
    if (platform.system(), platform.machine()) not in _WHEELS:
        here = f"{platform.system()} on {platform.machine()}"
        return f"Agda has no wheel for {here}; run on Linux on x86_64, macOS or Windows, and there {COMMAND}."
    return f"Agda is not installed; run {COMMAND}."


def version() -> str:
    """That of the Agda that is installed, as its wheel names it: "2.7.0"."""
    return importlib.metadata.version("agda")


def _installed() -> Path | None:
    """The folder of the Python package of Agda."""
    try:
        importlib.metadata.version("agda")
        spec = importlib.util.find_spec("agda")
    except (importlib.metadata.PackageNotFoundError, ValueError):
        return None
    return Path(spec.origin).parent if spec is not None and spec.origin else None


def sources() -> Path:
    """The folder of the Agda sources that are shipped with the theorems.

    Raises:
        FileNotFoundError: there is none.
    """
    spec = importlib.util.find_spec("proofs")
    for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
        if (found := Path(folder) / "formal").is_dir():
            return found
    raise FileNotFoundError("the package proofs has no folder formal; install symmetry-proofs with its proofs.")


@dataclasses.dataclass(frozen=True)
class Refusal:
    """What Agda said of a file that it refused."""

    file: str
    """Relative to the sources: Theory/Sums.agda."""
    line: int | None
    name: str
    """The definition that the line is in; "" where there is none."""
    message: str

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{place}{f', in {self.name}' if self.name else ''}: {self.message}"


@dataclasses.dataclass(frozen=True)
class Workspace:
    """A private copy of the sources with files that were written for this run, and of Agda's builtin files."""

    folder: Path

    def check(self, file: str) -> Refusal | None:
        """Agda's refusal of a file and of what it imports; None if it accepts them."""
        code, output = self._agda(file)
        return None if code == 0 else self._refusal(file, code, output)

    def pages(self, file: str) -> Path | Refusal:
        """The folder of Agda's pages of a file and of what it imports, gone with the workspace; or its refusal."""
        code, output = self._agda("--html", f"--html-dir={self.folder / 'pages'}", file)
        return self.folder / "pages" if code == 0 else self._refusal(file, code, output)

    def _agda(self, *arguments: str) -> tuple[int, str]:
        package = _installed()
        assert package is not None
        command = [sys.executable, "-I", str(_PROCESS), str(package.parent), *FLAGS, *arguments]
        environment = {
            **os.environ,
            "Agda_datadir": str(self.folder / "data"),
            "AGDA_DIR": str(self.folder / "settings"),
            "LC_ALL": "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8",
        }
        return _run(command, self.folder / "sources", environment)

    def _refusal(self, file: str, code: int, output: str) -> Refusal:
        lines = [line for line in output.splitlines() if not re.match(r"\s*Checking ", line)]
        for place, line in enumerate(lines):
            if found := re.match(r"\s*(\S.*\.agda):(\d+)(?:[,.:]|$)", line):
                path = Path(found[1])
                inside = path.relative_to(self.folder / "sources") if path.is_relative_to(self.folder) else path
                message = " ".join(" ".join([*lines[:place], *lines[place + 1 :]]).split())
                return Refusal(inside.as_posix(), int(found[2]), self._name(inside, int(found[2])), message)
        said = " ".join(" ".join(lines).split()) or "it said nothing"
        return Refusal(file, None, "", f"Agda ended with {code}: {said}")

    def _name(self, file: Path, line: int) -> str:
        """The definition that a line of a file is in: the last that is declared at or before it."""
        text = (self.folder / "sources" / file).read_text(encoding="utf-8").splitlines()
        declared = [found[1] for each in text[:line] if (found := re.match(r"\s*([^\s:(){}]+)\s+:\s", each))]
        return declared[-1] if declared else ""


def _run(command: list[str], folder: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    """The exit status and the output of a command, which ends with us whatever ends us."""
    # In a session of its own, so that Ctrl-C reaches only us: we then end it, and its files are ours to remove.
    process = None
    try:
        with _ctrl_c_heard_afterwards():
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        output, _ = process.communicate()
    except BaseException:
        if process is not None:
            process.kill()
            process.communicate()
        raise
    return process.returncode, output.decode("utf-8", "replace")


@contextlib.contextmanager
def workspace(written: Mapping[str, str], proofs: Path | None = None) -> Iterator[Workspace]:
    """A private copy of a folder of proofs with these files written besides, by their paths in it; gone afterwards.

    The folder is by default that of the proofs that are shipped.

    Raises:
        ValueError: Agda is missing; a file that is to be written is among the sources.
    """
    package = _installed()
    if package is None:
        raise ValueError(unavailable())
    with _ctrl_c_heard_once():
        folder = Path(tempfile.mkdtemp(prefix="symmetry-formal-")).resolve()
        try:
            _fill(folder, package, written, proofs or sources())
            yield Workspace(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _fill(folder: Path, package: Path, written: Mapping[str, str], proofs: Path) -> None:
    """Copies Agda's builtin files and the sources into a folder, and writes the other files beside the sources."""
    (folder / "settings").mkdir()
    for part in ("lib/prim", "html"):
        shutil.copytree(package / "data" / part, folder / "data" / part)
    shutil.copytree(proofs, folder / "sources", ignore=shutil.ignore_patterns("*.agdai", "_build"))
    for name, text in written.items():
        path = folder / "sources" / name
        if path.exists():
            raise ValueError(f"{name} is among the sources, but is to be written; rename it.")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


Handler: TypeAlias = Callable[[int, types.FrameType | None], object]
"""What a signal calls."""


@contextlib.contextmanager
def _on_ctrl_c(handler: Callable[[Handler], Handler]) -> Iterator[None]:
    """Ctrl-C calls meanwhile what is made of its handler; only the main thread hears it."""
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    signal.signal(signal.SIGINT, handler(before))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _ctrl_c_heard_once() -> contextlib.AbstractContextManager[None]:
    """What one Ctrl-C begins, another does not disturb: Agda is ended, and what it wrote is removed."""

    def handler(before: Handler) -> Handler:
        def once(number: int, frame: types.FrameType | None) -> None:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            before(number, frame)  # which raises, as a rule
            signal.signal(signal.SIGINT, once)

        return once

    return _on_ctrl_c(handler)


@contextlib.contextmanager
def _ctrl_c_heard_afterwards() -> Iterator[None]:
    """Ctrl-C waits until what is done meanwhile is done: a process that is being started has no name yet."""
    heard: list[Callable[[], object]] = []
    with _on_ctrl_c(lambda before: lambda number, frame: heard.append(lambda: before(number, frame))):
        yield
    if heard:
        heard[0]()
