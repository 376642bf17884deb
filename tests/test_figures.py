"""The book's figures: what they show is so, and each is the same text on every run, readable without colour or sight."""

import dataclasses
import re
import sys
import xml.etree.ElementTree

import matplotlib
import matplotlib.style
import numpy as np
import pytest
from matplotlib._pylab_helpers import Gcf
from matplotlib.axes import Axes

from symmetry.book import figures
from symmetry.book.figures import Picture, svg_of
from symmetry.evidence.kinds.control import Control
from symmetry.evidence.kinds.decided import Decided
from symmetry.evidence.kinds.derived import Derived
from symmetry.evidence.kinds.sampled import Sampled
from symmetry.evidence.record import Record, RecordedStatement
from symmetry.yardstick import FACTOR

LINE = Sampled(outcome="passed", dtype="float64", worst=0.25)
FAILED = (
    LINE,
    Sampled(outcome="failed", dtype="float32", worst=7.0),
    Control(outcome="failed", name="one"),
    Control(outcome="not run", name="other"),
)
STATEMENTS = (
    RecordedStatement("ONE.1", "", "", "", "failed", FAILED),
    RecordedStatement("ONE.2", "", "", "", "proved", (Derived(outcome="passed"),)),
    RecordedStatement("TWO.1", "", "", "", "checked", (Sampled(outcome="passed", dtype="residues", worst=0.5),)),
    RecordedStatement("CLAIM.1", "", "", "", "right if x", (Decided(outcome="passed"),)),
)
RECORD = Record(seed=3, networks=10, environment={}, backprop=None, statements=STATEMENTS)

SVG = "{http://www.w3.org/2000/svg}"

NAMES = (*figures.FIGURES, "evidence_ledger")


@pytest.fixture(scope="module")
def data():
    """What every figure shows, computed once."""
    return {name: getattr(figures, f"{name}_data")() for name in figures.FIGURES} | {"evidence_ledger": RECORD}


@pytest.fixture(scope="module")
def pictures(data) -> dict[str, Picture]:
    return {name: getattr(figures, name)(data[name]) for name in NAMES}


def panels(picture: Picture) -> list[Axes]:
    return [axes for axes in picture.axes if axes.get_label() != "<colorbar>"]


def gap(trajectory: np.ndarray) -> float:
    return float(np.abs(trajectory - trajectory[:, :1]).max())


def test_equal_and_zero_starts_stay_equal_and_a_random_one_does_not(data):
    starts = data["weights_over_training"]
    assert (
        max(gap(starts["equal"]), gap(starts["zero"])) < 1e-9
    )  # 0 where these tests were written; machines round otherwise
    assert all(np.ptp(starts[start], axis=0).max() > 0.1 for start in starts)
    final = starts["random"][-1]
    assert min(np.abs(final[one] - final[other]).max() for one in range(3) for other in range(one)) > 0.1


def test_tied_units_start_tied_and_the_caption_tells_what_rounding_did(data, pictures):
    """Which runs part is the machine's affair."""
    caption = pictures["escape_by_rounding"].caption
    for run, trajectory in data["escape_by_rounding"].items():
        assert gap(trajectory[:9]) < 1e-5
        assert (f"{run}: exactly 0." in caption) == (gap(trajectory) == 0)
        assert f"{run}: " in caption


def test_the_midpoint_of_two_permuted_minima_is_higher_than_both(data):
    landscape = data["loss_landscape"]
    one, middle, other = (np.argmin(np.abs(landscape.across - place)) for place in (0, 0.5, 1))
    assert landscape.profile[one] == landscape.profile[other] == landscape.loss.min() == 0
    assert landscape.profile[middle] == 27 / 8
    # The mirrored halves add the same terms in another order: the yardstick's factor times the rounding of the largest.
    rounding = FACTOR * np.finfo(landscape.loss.dtype).eps * landscape.loss.max()
    assert np.abs(landscape.loss - landscape.loss[:, ::-1]).max() <= rounding < 1e-12


def test_tied_layers_are_as_wide_as_they_have_different_units(data):
    measured = data["effective_width"]
    assert (measured.remaining == measured.widths[:, None]).all()
    assert (measured.tied[-1] == measured.plain[-1]).all()
    assert (np.diff(measured.tied.mean(1)) > 0).all()
    assert measured.tied[-1].min() > measured.tied[0].max() + 0.3


def test_every_difference_is_within_its_bound(data):
    for dtype, rows in data["differences_against_bounds"].items():
        difference, bound, size = rows.T
        assert (difference <= bound).all(), dtype
        assert (difference > 0).any(), dtype
        assert (size > 0).all(), dtype


def test_a_difference_beyond_its_bound_is_told(data):
    rows = {dtype: np.array([[2.0, 1.0, 3.0]]) for dtype in data["differences_against_bounds"]}
    picture = figures.differences_against_bounds(rows)
    assert picture.title == "A difference passes its bound"
    assert "not all lie below the diagonal" in picture.alternative


def test_a_record_becomes_a_table():
    table = figures.evidence_ledger_data(RECORD)
    assert table.ids == ["ONE.1", "ONE.2", "TWO.1"]
    assert table.claims == {"right if": 1}
    _, derived, identity, float64, float32, *_, controls = table.outcomes.T.tolist()
    assert derived == [0, 1, 0]
    assert identity == [0, 0, 0]
    assert float64 == [1, 0, 1]
    assert float32 == [3, 0, 0]
    assert controls == [3, 0, 0]
    assert table.worst[0, 3] == 0.25


def test_a_failure_is_told_in_words(pictures):
    assert "Evidence failed for ONE.1." in pictures["evidence_ledger"].alternative
    assert "3 theorems: 1 failed, 1 proved, 1 checked." in pictures["evidence_ledger"].caption


def test_a_record_without_theorems_is_refused():
    with pytest.raises(ValueError, match="the record has no theorems; pass one that"):
        figures.evidence_ledger(dataclasses.replace(RECORD, statements=STATEMENTS[-1:]))


def test_without_scikit_learn_the_digits_say_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(figures.DigitsMissing, match="`pip install scikit-learn` brings it"):
        figures.effective_width()


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_says_what_it_shows(pictures, name):
    picture = pictures[name]
    assert picture.name == name
    assert picture.get_suptitle() == picture.title
    assert len(picture.alternative) > 100
    assert re.search(r"seeds? \d|no random numbers", picture.caption)
    for axes in panels(picture):
        assert axes.get_ylabel()
    assert panels(picture)[-1].get_xlabel()


@pytest.mark.parametrize("name", NAMES)
def test_lines_are_told_apart_without_colour(pictures, name):
    for axes in panels(pictures[name]):
        drawn = [
            (line.get_linestyle(), line.get_linewidth(), line.get_marker())
            for line in axes.lines
            if not str(line.get_label()).startswith("_")
        ]
        assert len(set(drawn)) == len(drawn)


@pytest.mark.parametrize("name", NAMES)
def test_an_svg_is_the_same_text_whatever_the_settings(data, pictures, name):
    text = svg_of(pictures[name])
    with matplotlib.style.context(["dark_background", {"font.size": 20, "lines.linewidth": 9, "svg.fonttype": "none"}]):
        assert svg_of(getattr(figures, name)(data[name])) == text


@pytest.mark.parametrize("name", NAMES)
def test_an_svg_describes_itself_and_is_whole(pictures, name):
    text = svg_of(pictures[name])
    root = xml.etree.ElementTree.fromstring(text)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    spoken = {each.get("id"): each.text for tag in ("title", "desc") for each in root.findall(f"{SVG}{tag}")}
    assert spoken[root.get("aria-labelledby")] == pictures[name].title
    assert spoken[root.get("aria-describedby")] == pictures[name].alternative
    ids = re.findall(r'\bid="([^"]*)"', text)
    assert len(set(ids)) == len(ids)
    assert all(id.startswith(f"{name}-") for id in ids)
    assert set(re.findall(r'(?:href="|url\()#([^")]*)', text)) <= set(ids)
    assert root.find(f".//{SVG}text") is None
    assert set(re.findall(r"https?://[^\"<]*", text)) == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def test_figures_leave_matplotlib_as_it_was(data, pictures):
    settings = dict(matplotlib.rcParams)
    svg_of(figures.loss_landscape(data["loss_landscape"]))
    assert dict(matplotlib.rcParams) == settings
    assert not Gcf.figs


def test_a_notebook_shows_a_picture_as_svg(pictures):
    assert pictures["loss_landscape"]._repr_svg_() == svg_of(pictures["loss_landscape"])
