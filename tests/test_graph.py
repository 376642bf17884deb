"""Which theorem rests on which: read from the statements, acyclic, and readable in every form."""

import dataclasses
import json
import re
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

import proofs
from symmetry.book.contents import Contents
from symmetry.cli import app
from symmetry.engine.derive import Step
from symmetry.graph import Dependencies, Edge, Node, dependencies_of
from symmetry.graph.dependencies import EVIDENCE
from symmetry.graph.drawing import drawing
from symmetry.graph.formats import FORMS
from symmetry.graph.text import overview, tree
from symmetry.statements.claim import QUESTIONS
from symmetry.statements.theorem import Theorem

KNOWN = proofs.load()


@pytest.fixture(scope="module")
def graph() -> Dependencies:
    return dependencies_of(KNOWN, QUESTIONS)


def run(*arguments: str, width: int = 80):
    return CliRunner().invoke(app, ["graph", *arguments], env={"COLUMNS": str(width), "NO_COLOR": "1"})


def with_changed(id: str, **changes) -> dict:
    made = KNOWN[id]
    assert isinstance(made, Theorem)
    return {**KNOWN, id: dataclasses.replace(made, **changes)}


def test_nothing_in_the_catalogue_rests_on_itself(graph):
    places = {id: place for place, id in enumerate(graph.order)}
    assert set(places) == set(graph.nodes)
    assert all(places[edge.on] < places[edge.of] for edge in graph.edges)


def test_a_circle_is_found_and_named():
    circular = with_changed("GRAD.1", hypotheses="TIE.1 at every step")
    with pytest.raises(ValueError, match=r"rests on GRAD\.1.*nothing may rest on itself") as raised:
        _ = dependencies_of(circular, QUESTIONS).order
    assert {"GRAD.1", "TIE.1", "GRAD.2"} <= set(re.findall(r"[A-Z]+\.\d+", str(raised.value)))


@pytest.mark.parametrize(
    "edge",
    [
        Edge("PERM.1", "PERM.8", "by lemma"),
        Edge("DUP.4", "DUP.2", "cited in a step"),
        Edge("TIE.3", "PERM.6", "hypothesis"),
        Edge("PERM.10", "PERM.1", "corrected by"),
        Edge("CLAIM.54", KNOWN["CLAIM.54"].follows_from[0], "rests on"),  # pyright: ignore[reportAttributeAccessIssue]
        Edge("PERM.3", "Theory.Permutation", "imports"),
        Edge("Theory.Permutation", "Theory.Base", "imports"),
    ],
    ids=str,
)
def test_each_kind_of_source_gives_its_edges(graph, edge):
    assert edge in graph.edges


def test_an_edge_is_gone_when_its_source_no_longer_says_it():
    assert ("TIE.3", "PERM.6") not in _pairs(with_changed("TIE.3", hypotheses="none"))

    def derivation(fault: str):
        yield Step("By SIGN.1.", 0, 0)

    changed = _pairs(with_changed("DUP.4", derivation=derivation))
    assert ("DUP.4", "SIGN.1") in changed
    assert ("DUP.4", "DUP.2") not in changed


def _pairs(known) -> set[tuple[str, str]]:
    return {(edge.of, edge.on) for edge in dependencies_of(known, {}).edges}


def test_evidence_is_the_strongest_that_a_theorem_lists(graph):
    assert {node.evidence for node in graph.nodes.values() if node.kind == "theorem"} == set(EVIDENCE)
    for id, evidence in (("PERM.1", "formal"), ("GRAD.1", "derived"), ("METH.1", "checked"), ("PERM.10", "refuted")):
        assert graph.nodes[id].evidence == evidence


def test_a_picture_has_a_box_for_each_theorem_a_line_for_each_pair_and_links_to_pages(graph):
    addresses = Contents(KNOWN).addresses
    root = ElementTree.fromstring(drawing(graph, addresses))
    name = "{http://www.w3.org/2000/svg}"
    linked = {each.get("href") for each in root.iter(f"{name}a")}
    theorems = graph.only(("theorem",))
    assert linked == {addresses[id] for id in theorems.nodes}
    lines = [each for each in root.iter(f"{name}path") if each.get("class") == "edge"]
    assert len(lines) == len({(edge.of, edge.on) for edge in theorems.edges}) > 50


def test_boxes_do_not_overlap_and_lines_lead_to_the_right(graph):
    text = drawing(graph, {})
    boxes = [tuple(map(int, found)) for found in re.findall(r'<rect x="(\d+)" y="(\d+)" width="86"', text)]
    assert len(set(boxes)) == len(boxes) == len(graph.only(("theorem",)).nodes) + len(EVIDENCE)
    assert all(abs(y - v) >= 19 for x, y in boxes for u, v in boxes if x == u and y != v)
    starts = re.findall(r'class="edge" d="M(\d+) [\d.]+C.* (\d+) [\d.]+" fill', text)
    assert starts
    assert all(int(start) < int(end) for start, end in starts)


def test_titles_are_escaped_in_every_form():
    nodes = {"A.1": Node("A.1", "theorem", '<b> & "q" | x', "derived")}
    bad = Dependencies(nodes, ())
    assert "<b>" not in drawing(bad, {})
    assert json.loads(FORMS[".json"](bad, {}))["nodes"][0]["title"] == nodes["A.1"].title
    assert r'tooltip="<b> & \"q\" | x"' in FORMS[".dot"](bad, {})
    assert FORMS[".md"](bad, {}).splitlines()[-1].count("|") - FORMS[".md"](bad, {}).splitlines()[-1].count(r"\|") == 5


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_tree_fits_the_terminal_and_says_every_id(graph, width):
    theorems = {id for id, node in graph.nodes.items() if node.kind == "theorem"}
    claims = [id for id, node in graph.nodes.items() if node.kind == "claim"]
    texts = [overview(graph, width), *(tree(graph, ids, width) for ids in (["TIE.4", "PERM.10"], ["ASK.2"], claims))]
    assert max(len(line) for text in texts for line in text.splitlines()) <= width
    assert theorems <= set(re.findall(r"[A-Z]+\.\d+", texts[0]))
    assert set(claims) <= set(re.findall(r"[A-Z]+\.\d+", texts[-1]))


def test_the_command_prints_the_tree_as_wide_as_the_terminal(graph):
    assert run(width=60).stdout == overview(graph, 60) + "\n"
    assert run("TIE.4", width=120).stdout.startswith(tree(graph, ["TIE.4"], 120) + "\n\n")


def test_what_stands_in_a_tree_already_is_not_repeated(graph):
    text = tree(graph, ["TIE.4"], 120)
    assert text.count("as above") == 1
    assert text.count("PERM.8 formal") == 2  # the second time without what stands below it
    assert text.count("Theory.PermutationGroup") == 1
    assert tree(graph, ["TIE.4", "TIE.4"], 120).splitlines()[-1].endswith("(as above)")


def test_a_theorem_shows_what_needs_it():
    assert re.search(r"GRAD\.1 is needed by GRAD\.2, ", run("GRAD.1").stdout)
    assert "Nothing rests on PERM.10." in run("PERM.10").stdout


def test_the_overview_counts_what_there_is(graph):
    theorems = sum(isinstance(made, Theorem) for made in KNOWN.values())
    assert f"{theorems} theorems, " in overview(graph, 100)


@pytest.mark.parametrize("suffix", FORMS)
def test_a_file_of_each_form_is_written_with_all_that_what_is_named_rests_on(suffix, tmp_path):
    file = tmp_path / f"tie{suffix}"
    assert run("TIE.2", "--output", str(file)).stdout == f"graph: {file}\n"
    text = file.read_text(encoding="utf-8")
    assert all(id in text for id in ("TIE.2", "TIE.1", "GRAD.2", "GRAD.1"))
    assert "PERM.1" not in text.replace("PERM.10", "")


def test_json_has_what_the_file_has(tmp_path):
    file = tmp_path / "tie.json"
    run("TIE.2", "--output", str(file))
    assert json.loads(run("TIE.2", "--json").stdout) == json.loads(file.read_text())
    assert {"of": "TIE.2", "on": "TIE.1", "why": "hypothesis"} in json.loads(file.read_text())["edges"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("NOPE.1",), "there is no theorem or chapter 'NOPE.1'"),
        (("--output", "graph.png"), "its name must end in .svg or .dot or .json or .md"),
        (("--output", "/no/such/folder/graph.svg"), "/no/such/folder is no folder"),
    ],
)
def test_mistakes_exit_with_2_and_one_clear_line(arguments, message):
    found = run(*arguments)
    assert found.exit_code == 2
    assert message in found.stderr
    assert found.stderr.count("\n") == 1


def test_the_help_teaches_with_examples():
    text = run("--help").stdout
    assert "symmetry graph TIE.2" in text
    assert "rests on" in text
