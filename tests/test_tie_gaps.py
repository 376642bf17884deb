"""The measured gaps of ties: every precision starts tied, and in 200 bits one rounding error stays small."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from proofs import tie_gaps
from symmetry.cli import app

pytestmark = pytest.mark.quick


@pytest.fixture
def short(monkeypatch):
    """Two widths and a few steps."""
    monkeypatch.setattr(tie_gaps, "WIDTHS", range(2, 4))
    monkeypatch.setattr(tie_gaps, "MARKS", (1, 2, 5))
    monkeypatch.setattr(tie_gaps, "EXACT_STEPS", 5)


def test_a_start_ties_the_last_unit_to_another():
    start = tie_gaps.Start(5)
    for part in tie_gaps.gap_arrays(start.network, (np.s_[0], np.s_[1])):
        assert part.any()
    for run, (first, second) in enumerate(start.pairs):
        hidden, output = start.network.layers
        assert first != second == 4
        assert (hidden.weight[run, :, first] == hidden.weight[run, :, second]).all()
        assert hidden.bias[run, first] == hidden.bias[run, second]
        assert (output.weight[run, first] == output.weight[run, second]).all()


@pytest.mark.usefixtures("short")
def test_one_rounding_error_of_200_bits_stays_of_its_size():
    gap = tie_gaps.gap_in_high_precision(tie_gaps.Start(2))
    assert 0 < gap < 2.0**-190


@pytest.mark.usefixtures("short")
def test_a_table_is_shown_beside_its_theorem():
    text = CliRunner().invoke(app, ["show", "TIE.17"]).stdout
    table = text.split("Measured now\n")[1].split("\n\n")[1].splitlines()
    assert [line.split()[0] for line in table] == ["units", "2", "3"]
    measured = json.loads(CliRunner().invoke(app, ["show", "TIE.17", "--json"]).stdout)["table"]
    assert len(measured["header"]) == len(measured["rows"][0]) == 10
