"""The run that made a record, in a sentence."""

from symmetry.evidence.record import Record, RecordedBackprop, RecordedStatement

NAMES = {"python": "Python", "jax": "JAX", "numpy": "NumPy", "sympy": "SymPy", "hypothesis": "Hypothesis"}


def run_in_words(record: Record) -> str:
    """Seed, budget and versions of the run."""
    versions = record.environment
    parts = [f"{name} {versions[key]}" for key, name in NAMES.items() if versions.get(key)]
    if versions.get("device"):
        parts.append(f"on {versions['device']}")
    if versions.get("commit"):
        parts.append(f"commit {versions['commit'][:12]}")
    return f"Run: seed {record.seed}, {record.networks:,} networks, {', '.join(parts)}."


def whose(statement: RecordedStatement, backprop: RecordedBackprop) -> str:
    """A sentence that says whose code the evidence for a recorded statement speaks for."""
    if ran := statement.ran:
        return (
            f"This evidence is of {backprop}, which ran in the place of symmetry's {' and '.join(ran)}; "
            "it is no evidence for symmetry's own backprop."
        )
    return (
        f"The run was made with {backprop}, none of which ran for this theorem: "
        "it is no evidence for that file, only for symmetry's own code."
    )
