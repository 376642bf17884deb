"""Verdicts: the words for what became of a statement, and how its title begins when it does not hold."""

CONDITIONAL = "right if "
"""How the verdict of a claim begins that is right under a condition, which follows."""

MARKS = {
    "refuted": "FALSE",
    "wrong": "FALSE",
    "failed": "FAILED",
    "incomplete": "INCOMPLETE",
    "not run": "NOT RUN",
    "partly run": "PARTLY RUN",
    "cannot be run": "UNDECIDED",
}


def mark(verdict: str) -> str:
    """What stands before the title of a statement that did not turn out to hold.

    >>> mark("wrong"), mark("right if n = 1"), mark("proved")
    ('FALSE: ', 'RIGHT ONLY IF n = 1: ', '')
    """
    if verdict.startswith(CONDITIONAL):
        return f"RIGHT ONLY IF {verdict.removeprefix(CONDITIONAL)}: "
    return f"{MARKS[verdict]}: " if verdict in MARKS else ""


def without_condition(verdict: str) -> str:
    """A verdict without its condition.

    >>> without_condition("right if n = 1"), without_condition("proved")
    ('right if', 'proved')
    """
    return CONDITIONAL.strip() if verdict.startswith(CONDITIONAL) else verdict


def counted(verdicts: dict[str, int]) -> str:
    """How often each verdict was reached: "80 proved, 27 right under a condition"."""
    return ", ".join(f"{count} {IN_A_COUNT.get(verdict, verdict)}" for verdict, count in verdicts.items())


IN_A_COUNT = {
    "right if": "right under a condition",
    "cannot be run": "not to be decided by a run",
    "": "not in this run",
}
"""Verdicts that read otherwise after a number."""
