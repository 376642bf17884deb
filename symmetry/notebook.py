"""How theorems, claims and findings show themselves in a notebook: the statement as LaTeX, the evidence as a table."""

from html import escape

from symmetry.claim import Claim
from symmetry.evidence import Finding, environment
from symmetry.theorem import Theorem
from symmetry.worded import found, mark


def theorem_in_markdown(theorem: Theorem) -> str:
    """A theorem's title, statement, hypotheses, evidence listed, and controls."""
    false = f"What holds instead: {theorem.corrected_by}." if theorem.is_false else ""
    parts = [
        f"**{theorem.id}** {mark('refuted') if theorem.is_false else ''}{theorem.title}",
        f"$${theorem.statement}$$",
        f"*Hypotheses:* {theorem.hypotheses}.",
        f"*Evidence listed:* {', '.join(theorem.evidence)}. *Controls:* {'; '.join(theorem.controls) or 'none'}.",
        false,
    ]
    return "\n\n".join(part for part in parts if part)


def claim_in_markdown(claim: Claim) -> str:
    """What a thread claims, made formal, with the verdict that is stated and why."""
    parts = [
        f"**{claim.id}** {claim.says}",
        claim.statement and f"$${claim.statement}$$",
        f"*Verdict:* {claim.said_verdict}. {claim.why}",
        claim.follows_from and f"*Rests on:* {', '.join(claim.follows_from)}.",
    ]
    return "\n\n".join(part for part in parts if part)


def finding_in_html(finding: Finding) -> str:
    """A finding's statement and verdict, a row for each line of evidence, and the report of the first that failed."""
    heading = finding.heading
    said = [text.partition(": ")[::2] for text in found(finding.to_json(), environment())]
    rows = "".join(f"<tr><th scope='row'>{escape(kind)}</th><td>{escape(text)}</td></tr>" for kind, text in said)
    report = next((line.report for line in finding.evidence if line.report), "")
    parts = [
        f"<p><strong>{heading.id}</strong> {escape(heading.title)}</p>",
        heading.statement and f"<p>$$ {escape(heading.statement)} $$</p>",
        f"<table>{rows}</table>",
        report and f"<pre>{escape(report)}</pre>",
    ]
    return "\n".join(part for part in parts if part)
