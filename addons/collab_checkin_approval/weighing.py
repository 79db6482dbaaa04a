"""Which decisions were made in time, and which requests were complete.

Found out afterwards, so that deciding costs what it did. Functions, not methods, as methods can
be called from the code of server actions.
"""

from odoo.tools import SQL

from odoo.addons.collab_base.bulk import update_each
from odoo.addons.collab_checkin.core.days import local_day


def weigh_tasks(tasks):
    """Note for whom tasks that are decided were decided in time.

    :param tasks: ``collab.approval.task``, as superuser
    """
    prompt = tasks.filtered(lambda task: task.decided_by and task.asked_at and not task.given)
    prompt -= _late(prompt)
    update_each(
        tasks,
        [
            {
                "prompt_for_id": (task in prompt and task.request_id.requester_id.id) or None,
                "weighed": True,
            }
            for task in tasks
        ],
    )


def _late(tasks):
    """Return those between whose day of asking and day of decision there is a working day."""
    days = {task: _days(task) for task in tasks}
    # the next day is in time whatever the calendar says, and most are decided by then
    slow = tasks.filtered(lambda task: (days[task][1] - days[task][0]).days > 1)
    if not slow:
        return slow
    asked, decided = zip(*(days[task] for task in slow), strict=True)
    working = slow.decided_by._collab_working_days(min(asked), max(decided))
    return slow.filtered(
        lambda task: any(days[task][0] < day < days[task][1] for day in working[task.decided_by.id])
    )


def _days(task):
    """Return on which days a task was asked and decided, where the decider is."""
    user = task.decided_by
    zone = user.tz or user.company_id.resource_calendar_id.tz or "UTC"
    return local_day(task.asked_at, zone), local_day(task.decided_at, zone)


def weigh_requests(requests):
    """Note who has found requests complete: who decided last, somebody other than the requester
    if there is one.

    :param requests: ``collab.approval.request`` that have ended, as superuser
    """
    requests.env.flush_all()
    found = dict(
        requests.env.execute_query(
            SQL(
                """
                SELECT request.id, decision.decided_by
                  FROM collab_approval_request request
                 CROSS JOIN LATERAL (
                    SELECT task.decided_by FROM collab_approval_task task
                     WHERE task.request_id = request.id AND task.state = 'approved'
                       AND task.given IS NOT TRUE
                     ORDER BY task.decided_by = request.requester_id,
                              task.decided_at DESC, task.id DESC
                     LIMIT 1) decision
                 WHERE request.id = ANY(%s) AND request.state = 'approved' AND COALESCE((
                    SELECT earlier.state IN ('approved', 'lapsed')
                      FROM collab_approval_request earlier
                     WHERE earlier.res_model = request.res_model
                       AND earlier.res_id = request.res_id
                       AND earlier.policy_id = request.policy_id
                       AND earlier.id < request.id
                     ORDER BY earlier.id DESC LIMIT 1), TRUE)
                """,
                list(requests.ids),
            )
        )
    )
    update_each(
        requests,
        [{"complete_by_id": found.get(request_id), "weighed": True} for request_id in requests.ids],
    )
