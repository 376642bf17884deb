"""How long `import symmetry` and the program take beside jax alone: medians of fresh processes, in turn, as ratios.

Run: python tests/benchmarks/import_time.py [repetitions]
"""

import statistics
import subprocess
import sys
import time

STATEMENTS = {
    "jax": "import jax",
    "symmetry": "import symmetry",
    "jax and symmetry": "import jax, symmetry",
    "the program": "import jax, symmetry; symmetry.network_of",
}


def seconds(statement: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - start


def main(repetitions: int) -> None:
    times: dict[str, list[float]] = {name: [] for name in STATEMENTS}
    for _ in range(repetitions):
        for name, statement in STATEMENTS.items():
            times[name].append(seconds(statement))
    base = statistics.median(times["jax"])
    for name, taken in times.items():
        print(f"{name}: {statistics.median(taken):.3f} s, {statistics.median(taken) / base:.2f} of jax alone")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 11)
