"""A failure as a person reads it: what the lines of a theorem share, such as the network that breaks it, is shown once."""

from symmetry.evidence.evidence import Evidence


def without_repetition(line: Evidence, shown: set[str]) -> str:
    """Why a line failed, without what was shown before; what it shows is added to `shown`.

    >>> from symmetry.evidence.kinds.sampled import Sampled
    >>> texts = [f"{dtype} differs\\nW1 = [[1.]]" for dtype in ("float64", "float32")]
    >>> lines = [Sampled(outcome="failed", dtype="float64", explanation=text) for text in texts]
    >>> shown = set()
    >>> [without_repetition(line, shown) for line in lines]
    ['float64 differs\\nW1 = [[1.]]', 'float32 differs\\nThe rest stands above.']
    """
    reason, _, rest = line.explanation.partition("\n")
    if rest not in shown:
        shown |= {rest} - {""}
        return line.explanation
    return f"{reason}\n{'The network above breaks it.' if line.counterexample else 'The rest stands above.'}"
