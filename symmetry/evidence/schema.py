"""The JSON schema of a record, made from the types of evidence: `python -m symmetry.evidence.schema > record.schema.json`."""

import json
from typing import cast

from symmetry.evidence.environment import FIELDS
from symmetry.evidence.evidence import Evidence, required_fields
from symmetry.evidence.fields import Json, always_there, object_schema, properties_of
from symmetry.evidence.kinds import KINDS
from symmetry.evidence.kinds.refuted import Counterexample
from symmetry.evidence.record import OUTCOMES, SCHEMA, Outcome, RecordedBackprop, RecordedStatement
from symmetry.statements.claim import Instance
from symmetry.statements.ids import ID


def schema() -> dict[str, Json]:
    """The schema of records of this version."""
    counted = "Random networks for each theorem and float type of 32 bits or more; a quarter for narrower ones."
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Record of evidence",
        "description": "What a run of symmetry found out about theorems and claims. Numbers that are not finite are null.",
        "type": "object",
        "properties": {
            "schema": {"const": SCHEMA},
            "seed": {"type": "integer", "minimum": 0, "description": "Where random numbers start."},
            "networks": {"type": "integer", "minimum": 1, "description": counted},
            "environment": {"$ref": "#/$defs/environment"},
            "backprop": {"$ref": "#/$defs/backprop"},
            "unfinished": {
                "type": "array",
                "items": {"type": "string", "pattern": f"^{ID}$"},
                "minItems": 1,
                "uniqueItems": True,
                "description": "Of a partial record: the ids of what was asked for and not found out yet.",
            },
            "theorems": {"type": "array", "items": {"$ref": "#/$defs/theorem"}},
        },
        "required": ["schema", "seed", "networks", "environment", "theorems"],
        "additionalProperties": False,
        "$defs": _definitions(),
    }


def _definitions() -> dict[str, Json]:
    own = "The reader's own backprop, if the run was on one in the place of symmetry's."
    return {
        "environment": {
            "type": "object",
            "properties": {name: {"type": "string"} for name in FIELDS},
            "required": list(FIELDS),
            "additionalProperties": False,
            "description": 'Versions, platform, device and commit; "" where there is none.',
        },
        "backprop": object_schema(RecordedBackprop, own),
        "theorem": object_schema(
            RecordedStatement, "A theorem, a false claim beside the theorems, or a claim of a thread."
        ),
        "line": _line(),
        **{name: _kind(kind) for name, kind in KINDS.items()},
        "counterexample": object_schema(Counterexample)
        | {
            "if": {"properties": {"counterexample": {"type": "string"}}},
            "then": {"required": ["failure", "left", "right"]},
        },
        "instance": object_schema(Instance),
    }


def _line() -> dict[str, Json]:
    rules = {outcome: _rule(fields) for outcome, fields in OUTCOMES.items()}
    outcomes: list[Json] = list(rules)
    return {
        "description": "What every line has: an outcome; why it did not pass; of a failed line, how to run it again.",
        "type": "object",
        "properties": {**properties_of(Evidence), "outcome": {"enum": outcomes}},
        "required": ["kind", "outcome"],
        "allOf": [{"if": _outcome(outcome), "then": rule} for outcome, rule in rules.items()],
    }


def _rule(fields: Outcome) -> dict[str, Json]:
    rule: dict[str, Json] = {"required": list(fields.always)} if fields.always else {}
    never = cast(Json, dict.fromkeys(fields.never, False))
    return rule | ({"properties": never} if never else {})


def _kind(kind: type[Evidence]) -> dict[str, Json]:
    shared = properties_of(Evidence)
    own = {name: each for name, each in properties_of(kind).items() if name not in shared}
    if_passed: list[Json] = list(required_fields(kind))
    always: list[Json] = [name for name in always_there(kind) if name in own]
    return {
        "description": (kind.__doc__ or "").partition("\n")[0],
        "$ref": "#/$defs/line",
        "properties": {"kind": {"const": kind.kind}, **own},
        **({"required": always} if always else {}),
        "if": _outcome("passed"),
        "then": {"required": if_passed},
        "unevaluatedProperties": False,
    }


def _outcome(outcome: str) -> dict[str, Json]:
    return {"properties": {"outcome": {"const": outcome}}}


if __name__ == "__main__":
    print(json.dumps(schema(), indent=1))
