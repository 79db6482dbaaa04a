"""The sum that `make test` ends with, and what it leaves with."""

import pytest

from tools import junit, outcome
from tools.outcome import Failure, Outcome


@pytest.mark.parametrize(
    ("outcomes", "last", "code"),
    [
        (
            [Outcome("a", passed=2), Outcome("b", passed=1, skipped=1)],
            "3 passed, 0 failed, 1 skipped",
            0,
        ),
        ([Outcome("a", passed=2, failures=[Failure("x")])], "2 passed, 1 failed, 0 skipped", 1),
        ([Outcome("a", skipped=4)], "0 passed, 0 failed, 4 skipped", 1),  # nothing ran
        ([], "0 passed, 0 failed, 0 skipped", 1),
    ],
)
def test_last_line_and_exit_code(capsys, outcomes, last, code):
    assert outcome.report(outcomes) == code
    assert capsys.readouterr().out.splitlines()[-1] == last


def test_known_failures_are_printed_but_not_counted(capsys, tmp_path):
    listed = tmp_path / "known.txt"
    listed.write_text("# a comment\n\nhr:TestA.test_x  # Odoo's own\n")
    known = outcome.read_known(listed)
    assert known == {"hr:TestA.test_x": "Odoo's own"}
    found = Outcome(
        "native", passed=1, failures=[Failure("hr:TestA.test_x"), Failure("hr:TestA.y")]
    )
    apart = outcome.set_known_apart(found, known)
    assert [failure.name for failure in apart.failures] == ["hr:TestA.y"]
    outcome.report([apart])
    assert "KNOWN native: hr:TestA.test_x: Odoo's own" in capsys.readouterr().out


def test_pytest_report(tmp_path):
    path = tmp_path / "report.xml"
    path.write_text(
        "<testsuites><testsuite>"
        '<testcase classname="e2e" name="good"/>'
        '<testcase classname="e2e" name="bad"><failure message="no">Traceback</failure></testcase>'
        '<testcase classname="e2e" name="broken"><error message="no">at setup</error></testcase>'
        '<testcase classname="e2e" name="left out"><skipped/></testcase>'
        "</testsuite></testsuites>"
    )
    read = junit.read("e2e", path, 1, "")
    assert read.counts() == "1 passed, 2 failed, 1 skipped"
    assert read.failures[0] == Failure("e2e.bad", "Traceback")


def test_pytest_that_crashed_fails(tmp_path):
    assert junit.read("e2e", tmp_path / "none.xml", 3, "INTERNALERROR").failed == 1
    assert junit.read("e2e", tmp_path / "none.xml", None, "").failed == 1


def test_pytest_that_found_nothing_fails(tmp_path):
    path = tmp_path / "report.xml"
    path.write_text("<testsuites><testsuite/></testsuites>")
    assert junit.read("e2e", path, 5, "no tests ran").failed == 1
