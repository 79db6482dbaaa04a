"""Indicators are counted, reports signed and questions answered by several at the same moment."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.conftest import Server, Session

WORKERS = 6
#: Who come at the same moment
MANY = 6


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server of several processes, as where many come at once."""
    with (tmp_path_factory.mktemp("kpi") / "odoo.log").open("w") as log:
        running = Server(log, workers=WORKERS)
        try:
            yield running.start()
        finally:
            running.stop()


@pytest.fixture(scope="module")
def sessions(server):
    return [Session(server, "admin") for __ in range(MANY)]


def together(sessions, act):
    """Have all sessions act at the same moment; return what they got."""
    barrier = Barrier(len(sessions))

    def run(numbered):
        number, session = numbered
        barrier.wait()
        return act(number, session)

    with ThreadPoolExecutor(len(sessions)) as pool:
        return list(pool.map(run, enumerate(sessions)))


def said(answer):
    error = answer.get("error")
    return error["data"]["message"] if error else "done"


def test_counted_by_many(server, sessions):
    """All have it counted while they enter more: nobody fails, and in the end all is counted once."""
    admin = server.rpc("admin")
    [model] = admin.call("ir.model", "search", [("model", "=", "res.partner")])
    [kpi] = admin.call(
        "collab.kpi",
        "create",
        [
            {
                "name": "Contacts at once",
                "model_id": model,
                "domain": "[('ref', '=', 'at once')]",
                "date_path": "create_date",
                "breakdown_ids": [[0, 0, {"path": "company_id"}]],
            }
        ],
    )
    admin.call("collab.kpi", "action_start", [kpi])

    def act(number, session):
        session.call("res.partner", "create", [{"name": f"One {number}", "ref": "at once"}])
        return said(session.try_call("collab.kpi", "action_count", [kpi]))

    assert Counter(together(sessions, act)) == {"done": MANY}
    admin.call("collab.kpi", "action_count", [kpi])
    counted = server.sql(
        f"SELECT sum(value) FROM collab_kpi_value WHERE kpi_id = {kpi} AND grain = 'month'"
        " AND dimension_id IS NULL"
    )
    assert float(counted) == MANY


def test_signed_by_many(server, sessions):
    """A report is issued once, however many sign it at the same moment."""
    admin = server.rpc("admin")
    [plan] = admin.call("collab.kpi.report.plan", "search", [("period", "=", "quarter")])
    [plan] = admin.call("collab.kpi.report.plan", "copy", [plan])
    report = admin.call("collab.kpi.report.plan", "action_draft", [plan])["res_id"]
    answers = Counter(
        together(
            sessions,
            lambda number, session: said(
                session.try_call("collab.kpi.report", "action_issue", [report])
            ),
        )
    )
    assert answers.pop("done") == 1
    assert all("issued" in text for text in answers), answers
    for table, number in (("collab_kpi_report_log", 1), ("collab_kpi_report_file", 2)):
        rows = server.sql(f"SELECT count(*) FROM {table} WHERE report_id = {report}")
        assert rows == str(number)


def test_drafted_by_many(server, sessions):
    """There is one draft of a period."""
    admin = server.rpc("admin")
    [plan] = admin.call("collab.kpi.report.plan", "search", [("period", "=", "quarter")], limit=1)
    [plan] = admin.call("collab.kpi.report.plan", "copy", [plan])
    answers = together(
        sessions,
        lambda number, session: said(
            session.try_call("collab.kpi.report.plan", "action_draft", [plan])
        ),
    )
    assert "done" in answers
    assert server.sql(f"SELECT count(*) FROM collab_kpi_report WHERE plan_id = {plan}") == "1"
    refused = set(answers) - {"done"}
    assert all("There is a report on this period already." in one for one in refused), refused


def test_answered_by_many(server, sessions):
    """Of taps at the same moment, one is the answer."""
    answers = together(
        sessions,
        lambda number, session: said(session.try_call("collab.pulse", "answer", number % 5 + 1)),
    )
    assert Counter(answers) == {"done": MANY}
    uid = sessions[0].uid
    assert server.sql(f"SELECT count(*) FROM collab_pulse WHERE user_id = {uid}") == "1"
