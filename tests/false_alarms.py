"""Does anything fail that is right? The whole catalogue, run anew under other seeds, settings of JAX and numbers of devices.

    python -m tests.false_alarms [--networks N] [--seeds N] [--python PROGRAM ...] [--only WORDS] [ID ...]

The seeds are run in this process, chapter by chapter (tests/seeds.py); every other row is a run of `symmetry prove` in a
process of its own. It prints a line a row, and ends with 1 if any failed. Another Python or older packages are tried by
naming the program of an environment that has symmetry: --python.
"""

import argparse
import dataclasses
import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.seeds import under_every_seed

SETTINGS = {
    "JAX_ENABLE_X64": ("0", "1"),
    "JAX_DEFAULT_MATMUL_PRECISION": ("bfloat16", "tensorfloat32", "float32"),
    "JAX_DEBUG_NANS": ("1",),
    "JAX_DEBUG_INFS": ("1",),
    "JAX_NUMPY_DTYPE_PROMOTION": ("strict",),
    "JAX_NUMPY_RANK_PROMOTION": ("raise",),
    "JAX_CHECK_TRACER_LEAKS": ("1",),
    "JAX_ENABLE_CHECKS": ("1",),
    "JAX_DEFAULT_PRNG_IMPL": ("rbg",),
    "JAX_DEBUG_KEY_REUSE": ("1",),
    "JAX_TRANSFER_GUARD": ("disallow",),
    "JAX_ENABLE_COMPILATION_CACHE": ("0",),
    "XLA_FLAGS": ("--xla_force_host_platform_device_count=1", "--xla_force_host_platform_device_count=4"),
}
"""What a reader's environment may set, and may not change any verdict."""


@dataclasses.dataclass(frozen=True)
class Setup:
    """One run: what is unusual about it, in words, and how it is started."""

    words: str
    environment: Mapping[str, str] = dataclasses.field(default_factory=dict)
    python: str = sys.executable


def setups(pythons: Sequence[str]) -> Iterator[Setup]:
    """Every setting, and every other Python, with seed 0."""
    for name, values in SETTINGS.items():
        yield from (Setup(f"{name}={value}", {name: value}) for value in values)
    for python in pythons:
        version = subprocess.run([python, "-c", VERSIONS], capture_output=True, text=True, check=True).stdout.strip()
        yield Setup(version, python=python)


VERSIONS = """
import platform, importlib.metadata as installed
names = ("jax", "numpy", "sympy", "hypothesis")
print("Python", platform.python_version(), *(f"{name} {installed.version(name)}" for name in names))
"""


def run(setup: Setup, networks: int, ids: Sequence[str]) -> tuple[str, list[str]]:
    """How many statements got which verdict, in words, and what failed, with the reason."""
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "record.json"
        options = ("--networks", str(networks), "--record", str(record))
        command = [setup.python, "-m", "symmetry", "prove", *ids, *options]
        done = subprocess.run(command, env={**os.environ, **setup.environment}, capture_output=True, text=True)
        if not record.exists():
            return "no record", [done.stderr.strip()[-500:]]
        statements = json.loads(record.read_text())["theorems"]
    verdicts = Counter(each["verdict"] for each in statements)
    lines = [(each["id"], line) for each in statements for line in each["evidence"] if line["outcome"] == "failed"]
    failed = [f"{id} {line['kind']}: {line['reason']}" for id, line in lines]
    if done.returncode and not failed:
        failed = [done.stdout.strip()[-500:]]
    return ", ".join(f"{number} {verdict}" for verdict, number in verdicts.most_common(6)), failed


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.false_alarms", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("ids", nargs="*", metavar="ID", help="chapters or theorems; all if none is named")
    parser.add_argument("--networks", type=int, default=10_000, metavar="N", help="as for `symmetry prove`")
    parser.add_argument("--seeds", type=int, default=20, metavar="N", help="how many seeds, from 0")
    parser.add_argument("--python", action="append", default=[], metavar="PROGRAM", help="another Python with symmetry")
    parser.add_argument("--only", default="", metavar="WORDS", help="only the runs whose words hold these")
    options = parser.parse_args()
    alarms = 0
    rows = itertools.chain(
        under_every_seed(options.seeds, options.networks, options.ids, options.only),
        (
            (setup.words, *run(setup, options.networks, options.ids))
            for setup in setups(options.python)
            if options.only in setup.words
        ),
    )
    started, used = time.monotonic(), _processor_seconds()
    for words, verdicts, failed in rows:
        alarms += len(failed)
        took = f"{_processor_seconds() - used:.0f} processor s, {time.monotonic() - started:.0f} s"
        print(f"{words}: {verdicts}; {len(failed)} alarms ({took})", *failed, sep="\n  ", flush=True)
        started, used = time.monotonic(), _processor_seconds()
    return int(alarms > 0)


def _processor_seconds() -> float:
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    sys.exit(main())
