"""Jobs, the work that items share, as a person who waits for them sees them: what each does, and costs."""

from symmetry.statements.statement import Job

COSTS = {
    "formal": 10,
    "tallies": 20,
    "control_tallies": 20,
    "black_boxes": 20,
    "identities": 5,
    "measurement": 5,
    "counterexample": 3,
}
"""What jobs cost beside a derivation, about, for an estimate of the time left."""


def cost(job: Job) -> int:
    return COSTS.get(str(job[0]), 1)


def in_words(job: Job) -> str:
    """What a job does, for a person who waits for it.

    >>> in_words(("tallies", "proofs.gradient", "float64"))
    'sampling gradient in float64'
    """
    method, *what = job
    about = str(what[0]).rpartition("proofs.")[2] if what else ""
    return {
        "formal": "proofs in Agda",
        "tallies": f"sampling {about} in {what[-1] if what else ''}",
        "control_tallies": f"sampling the controls of {about}",
        "identities": f"identities of {about}",
        "measurement": f"trials of {about}",
        "black_boxes": f"trials of libraries' code for {about}",
        "instances": f"instances of {about}",
        "derivation": f"derivation of {about}",
        "counterexample": f"counterexamples of {about}",
    }[str(method)]
