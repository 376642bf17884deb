"""The environment that evidence was gathered with: versions, platform, device and commit."""

import platform
import subprocess
from importlib import metadata
from pathlib import Path


def environment() -> dict[str, str]:
    """Versions, platform, device and commit; "" where there is none."""
    import jax

    device = jax.devices()[0]
    kind = _processor() if device.device_kind == "cpu" else device.device_kind
    return {
        "python": platform.python_version(),
        **{package: metadata.version(package) for package in PACKAGES},
        "platform": platform.platform(),
        "device": f"{device.platform}: {kind}",
        "symmetry": version(),
        "commit": _commit(),
    }


PACKAGES = ("jax", "numpy", "sympy", "hypothesis")
"""Packages whose versions a record names."""

FIELDS = ("python", *PACKAGES, "platform", "device", "symmetry", "commit")
"""What an environment says."""


def version() -> str:
    """This software's version; "" where it runs without being installed."""
    try:
        return metadata.version("symmetry-proofs")
    except metadata.PackageNotFoundError:
        return ""


def _processor() -> str:
    """The processor's model, which decides how XLA rounds: "AMD EPYC, family 25, model 17"."""
    try:
        first = Path("/proc/cpuinfo").read_text(encoding="utf-8").split("\n\n")[0]
    except OSError:
        first = ""
    values = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in first.splitlines())}
    if "model name" not in values:
        return platform.processor() or platform.machine()
    return f"{values['model name']}, family {values.get('cpu family')}, model {values.get('model')}"


def _commit() -> str:
    """The commit of the checkout that this code runs from; "" for an installed package."""
    folder = Path(__file__).resolve().parents[2]
    if not (folder / ".git").exists():
        return ""
    command = ["git", "-C", str(folder), "rev-parse", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""
