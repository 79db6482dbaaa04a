"""What Odoo's log of a test run is counted as. odoo_test.log is cut from a real one."""

from pathlib import Path

import pytest

from tools import odoo_log

LOG = (Path(__file__).parent / "odoo_test.log").read_text()
BROWSER = "odoo.addons.web.tests.test_js.WebSuite.test_x.browser"
# Odoo ends every message with a space.
GOOD = """\
2026-11-23 23:40:00,000 11 INFO db odoo.modules.loading: Modules loaded.{end}
2026-11-23 23:40:01,000 11 INFO db odoo.addons.web.tests.test_js: Starting WebSuite.test_x ...{end}
{hoot}2026-11-23 23:40:03,000 11 INFO db odoo.service.server: 1 post-tests in 7.66s, 2 queries{end}
2026-11-23 23:40:03,001 11 INFO db odoo.tests.result: 0 failed, 0 error(s) of 1 tests when loading \
database 'db'{end}
"""


def good(hoot=""):
    return GOOD.format(hoot=hoot, end=" ")


def names(outcome):
    return [failure.name for failure in outcome.failures]


def test_each_test_counts_once():
    outcome = odoo_log.read("odoo", LOG, 1)
    assert (outcome.passed, outcome.failed, outcome.skipped) == (2, 4, 2)
    assert names(outcome) == [
        "collab_try:TestTry.test_error",
        "collab_try:TestTry.test_logs",
        "collab_try:TestTry.test_subtests",
        "collab_try:TestSetup.setUpClass",
    ]


def test_failures_keep_their_tracebacks():
    error, logs, subtests, _setup = odoo_log.read("odoo", LOG, 1).failures
    assert "ValueError: boom" in error.detail
    assert "something bad logged" in logs.detail
    assert "(i=0)" in subtests.detail and "(i=1)" in subtests.detail


def test_warnings_are_kept():
    (warning,) = odoo_log.read("odoo", LOG, 1).warnings
    assert "same label" in warning


def test_good_run():
    outcome = odoo_log.read("odoo", good(), 0)
    assert outcome.counts() == "1 passed, 0 failed, 0 skipped"


def test_hoot_tests_count_one_by_one():
    hoot = (
        f"2026-11-23 23:40:02,000 11 INFO db {BROWSER}: [HOOT] Passed 14 tests (44 assertions) \n"
    )
    outcome = odoo_log.read("hoot", good(hoot), 0)
    assert outcome.counts() == "14 passed, 0 failed, 0 skipped"


def test_failing_hoot_test_is_named():
    hoot = (
        f'2026-11-23 23:40:02,000 11 ERROR db {BROWSER}: [HOOT] Test "@collab_try/wrong" failed:\n'
        "> Expected: 4\n"
        f"2026-11-23 23:40:02,001 11 INFO db {BROWSER}: [HOOT] Failed 1 tests (2 passed, total) \n"
        "2026-11-23 23:40:02,002 11 ERROR db odoo.addons.web.tests.test_js: "
        "FAIL: WebSuite.test_x\nAssertionError\n"
    )
    outcome = odoo_log.read("hoot", good(hoot), 1)
    assert outcome.counts() == "2 passed, 1 failed, 0 skipped"
    assert names(outcome) == ["web:WebSuite.test_x @collab_try/wrong"]


@pytest.mark.parametrize(
    ("text", "code", "reason"),
    [
        (good().replace("Modules loaded.", ""), 0, "not loaded"),
        (good().partition("2026-11-23 23:40:03,001")[0], 0, "ended before"),
        (good(), 1, "exit code 1"),
        (good(), None, "too long"),
        (good().replace("of 1 tests", "of 2 tests"), 0, "ran 2 tests"),
        ("Traceback (most recent call last):\nImportError: no", 1, "not loaded"),
        ("", 0, "not loaded"),
    ],
)
def test_a_run_that_is_not_whole_fails(text, code, reason):
    outcome = odoo_log.read("odoo", text, code)
    assert any(reason in failure.detail for failure in outcome.failures), outcome.failures


def test_error_while_loading_fails():
    row = "2026-11-23 23:39:00,000 11 CRITICAL db odoo.modules.module: Couldn't load module x \n"
    outcome = odoo_log.read("odoo", row + good(), 0)
    assert names(outcome) == ["log of odoo.modules.module"]
