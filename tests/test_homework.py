"""The homework is graded as its README says: a right hand-in gets every point, a wrong one is told why."""

import shutil
import subprocess
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "examples" / "homework"

RIGHT = '    d1 = (d2 @ params["W2"].T) * (1 - h**2)\n'

FAULTS = {
    "the slope of the activation (tanh) left out": RIGHT.replace(" * (1 - h**2)", ""),
    "1 - a for the slope": RIGHT.replace("h**2", "h"),
    "the weights left out on the way back": RIGHT.replace('(d2 @ params["W2"].T)', "d2.sum(axis=1, keepdims=True)"),
    "have the wrong sign": RIGHT + "    d1, d2 = -d1, -d2\n",
    "are averaged over the batch, but your loss is summed over it": RIGHT + "    d1, d2 = d1 / len(x), d2 / len(x)\n",
}


def graded(folder: Path) -> xml.Element:
    """The report of `pytest --junitxml=grades.xml` in a copy of the folder, with some network.py in it."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml=grades.xml"]
    subprocess.run(command, cwd=folder, capture_output=True, check=False)
    return xml.parse(folder / "grades.xml").getroot()[0]


@pytest.fixture
def copied(tmp_path):
    folder = tmp_path / "homework"
    shutil.copytree(FOLDER, folder)
    shutil.copy(folder / "solution" / "network.py", folder / "network.py")
    return folder


def test_the_solution_gets_every_point(copied):
    suite = graded(copied)
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("7", "0", "0")


@pytest.mark.parametrize(
    "diagnosis",
    # Two of them for every commit, since each is a process that traces all checks; what they say is tried in test_gradcheck_*.
    [pytest.param(each, marks=[pytest.mark.slow] * (number > 1)) for number, each in enumerate(FAULTS)],
)
def test_a_wrong_hand_in_loses_points_and_is_told_why(copied, diagnosis):
    source = (copied / "network.py").read_text()
    assert RIGHT in source
    (copied / "network.py").write_text(source.replace(RIGHT, FAULTS[diagnosis]))
    suite = graded(copied)
    assert suite.get("tests") == "7"
    assert suite.get("errors") == "0"
    messages = [failure.get("message", "") for failure in suite.iter("failure")]
    assert len(messages) >= 5
    assert any(diagnosis in message for message in messages), messages[0]


def test_the_template_as_handed_out_gets_no_point(copied):
    shutil.copy(FOLDER / "network.py", copied / "network.py")
    assert graded(copied).get("failures") == "7"
