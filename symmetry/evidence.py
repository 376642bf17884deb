"""Evidence, verdicts and the record: what was found out about each theorem, and how it is written down."""

import dataclasses
import json
import math
import os
import platform
import subprocess
import tempfile
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from symmetry.claim import Claim
from symmetry.theorem import KINDS, Theorem

SCHEMA = 1


@dataclasses.dataclass(frozen=True)
class Evidence:
    """One line of evidence.

    Attributes:
        kind: "derived", "identity", "sampled", "refuted" or "control"; of a claim, "decided".
        outcome: "passed", "failed" or "not run".
        details: the numbers of the line, of builtin types, named as in the record.
        report: what a person should read when the line failed.
    """

    kind: str
    outcome: str
    details: dict[str, Any] = dataclasses.field(default_factory=dict)
    report: str = ""

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "outcome": self.outcome, **_without_infinities(self.details)}

    @classmethod
    def from_json(cls, line: dict[str, Any], report: str = "") -> "Evidence":
        details = {key: value for key, value in line.items() if key not in ("kind", "outcome")}
        return cls(line["kind"], line["outcome"], details, report)


@dataclasses.dataclass(frozen=True)
class Heading:
    """What a ledger and a record say of a theorem besides its evidence: builtin types, so that it travels."""

    id: str
    title: str
    statement: str
    digest: str
    listed: tuple[str, ...]
    controls: int

    @classmethod
    def of(cls, theorem: Theorem | Claim) -> "Heading":
        if isinstance(theorem, Claim):
            return cls(theorem.id, theorem.title, theorem.statement, theorem.digest, ("decided",), 0)
        return cls(
            theorem.id, theorem.title, theorem.statement, theorem.digest, theorem.evidence, len(theorem.controls)
        )


@dataclasses.dataclass
class Finding:
    """A theorem's heading and all the evidence gathered for it."""

    heading: Heading
    evidence: list[Evidence] = dataclasses.field(default_factory=list)

    def __repr__(self) -> str:
        return f"<{self.heading.id} {self.verdict}>"

    def _repr_html_(self) -> str:
        """How a notebook shows it: its evidence as a table."""
        from symmetry.notebook import finding_in_html

        return finding_in_html(self)

    def of_kind(self, kind: str) -> list[Evidence]:
        return [line for line in self.evidence if line.kind == kind]

    @property
    def verdict(self) -> str:
        """failed, incomplete, not run, refuted, proved or checked: the first of these that applies. A claim's own."""
        if any(line.outcome == "failed" for line in self.evidence):
            return "failed"
        if self.is_claim:
            return self.evidence[0].details["verdict"] if self.evidence else "not run"
        if not self.heading.controls:
            return "incomplete"
        if self.reasons:
            return "not run"
        if set(self.heading.listed) == {"refuted"}:
            return "refuted"
        left_out = any(map(_is_left_out, self.evidence))
        return "proved" if "derived" in self.heading.listed and not left_out else "checked"

    @property
    def is_claim(self) -> bool:
        return self.heading.listed == ("decided",)

    @property
    def ran(self) -> list[str] | None:
        """Of a run on the reader's own backprop, which of its functions ran for this; None of any other run."""
        told = [line.details["ran"] for line in self.evidence if "ran" in line.details]
        return sorted({name for each in told for name in each}) if told else None

    @property
    def reasons(self) -> list[str]:
        """What was not run, and why; a reason that all lines share is said once.

        A derivation that is left out is none of it: it is about other code than the rest.
        """
        missing = [line for line in self.evidence if line.outcome == "not run" and not _is_left_out(line)]
        shared = {line.details["reason"] for line in missing}
        if len(shared) == 1 and len(missing) == len(self.evidence):
            return list(shared)
        said = [f"{line.kind}: {line.details['reason']}" for line in missing]
        present = {line.kind for line in self.evidence}
        said += [f"{kind}: not selected" for kind in self.heading.listed if kind not in present]
        controls = len(self.of_kind("control"))
        if controls < self.heading.controls:
            said.append(f"control: {self.heading.controls - controls} of {self.heading.controls} not selected")
        return said

    def to_json(self) -> dict[str, Any]:
        order = (*KINDS, "control", "decided")
        lines = sorted(self.evidence, key=lambda line: order.index(line.kind))
        return {
            "id": self.heading.id,
            "title": self.heading.title,
            "statement": self.heading.statement,
            "digest": self.heading.digest,
            "verdict": self.verdict,
            "evidence": [line.to_json() for line in lines],
        }


def _is_left_out(line: Evidence) -> bool:
    """Whether a derivation never runs the reader's own backprop, while the rest of the theorem's evidence does."""
    return line.kind == "derived" and line.outcome == "not run" and line.details.get("ran") == []


def exit_status(findings: Sequence[Finding]) -> int:
    """1 if any theorem failed or is incomplete, else 0."""
    return int(any(finding.verdict in ("failed", "incomplete") for finding in findings))


def record(
    findings: Sequence[Finding], *, networks: int, seed: int, backprop: dict[str, str] | None = None
) -> dict[str, Any]:
    """The record of a run, as JSON-ready builtins; `backprop` names the reader's own, if it ran on one."""
    return {
        "schema": SCHEMA,
        "seed": seed,
        "networks": networks,
        "environment": environment(),
        **({} if backprop is None else {"backprop": backprop}),
        "theorems": [finding.to_json() for finding in findings],
    }


def environment() -> dict[str, str]:
    """What the evidence was gathered with: versions, platform, device and commit ("" where there is none)."""
    import jax

    device = jax.devices()[0]
    kind = _processor() if device.device_kind == "cpu" else device.device_kind
    return {
        "python": platform.python_version(),
        **{package: metadata.version(package) for package in ("jax", "numpy", "sympy", "hypothesis")},
        "platform": platform.platform(),
        "device": f"{device.platform}: {kind}",
        "symmetry": version(),
        "commit": _commit(),
    }


def write_record(path: Path, content: dict[str, Any]) -> None:
    """Writes the record whole or not at all."""
    write_atomically(path, json.dumps(content, indent=1, allow_nan=False) + "\n")


def write_atomically(path: Path, text: str) -> None:
    """Writes a text file by renaming a finished one into place.

    Raises:
        ValueError: the folder is missing or cannot be written.
    """
    path = Path(path)
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise ValueError(f"cannot write {path}: {error.strerror}; name a file in a folder you can write to.") from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _processor() -> str:
    """The processor's model, on which it depends how XLA rounds: "AMD EPYC, family 25, model 17"."""
    try:
        first = Path("/proc/cpuinfo").read_text(encoding="utf-8").split("\n\n")[0]
    except OSError:
        first = ""
    said = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in first.splitlines())}
    if "model name" not in said:
        return platform.processor() or platform.machine()
    return f"{said['model name']}, family {said.get('cpu family')}, model {said.get('model')}"


def version() -> str:
    """This software's version; "" where it runs without being installed."""
    try:
        return metadata.version("symmetry-proofs")
    except metadata.PackageNotFoundError:
        return ""


def _commit() -> str:
    """The commit of the checkout that this code runs from; "" for an installed package."""
    folder = Path(__file__).resolve().parent.parent
    if not (folder / ".git").exists():
        return ""
    command = ["git", "-C", str(folder), "rev-parse", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""


def _without_infinities(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_infinities(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_without_infinities(entry) for entry in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
