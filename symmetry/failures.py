"""Failures as a person reads them: what the lines of a theorem share, such as the network that breaks it, is shown once."""

from symmetry.evidence import Evidence


def told_once(line: Evidence, shown: set[str]) -> str:
    """The report of a line that failed, without what was shown before; what it shows is added to `shown`.

    >>> lines = [Evidence("sampled", "failed", report=f"{dtype} differs\\nW1 = [[1.]]") for dtype in ("f64", "f32")]
    >>> shown = set()
    >>> [told_once(line, shown) for line in lines]
    ['f64 differs\\nW1 = [[1.]]', 'f32 differs\\nThe rest stands above.']
    """
    reason, _, rest = line.report.partition("\n")
    if rest not in shown:
        shown |= {rest} - {""}
        return line.report
    return f"{reason}\n{'The network above breaks it.' if line.details.get('counterexample') else 'The rest stands above.'}"
