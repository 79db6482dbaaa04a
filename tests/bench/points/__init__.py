"""Points for work, beside the goals of Odoo's gamification."""

from __future__ import annotations

import server
from area import Area
from report import say

from . import cases, data

#: What either side needs; project has the work
APPS = ("collab_checkin", "project", "gamification")


def prepare() -> cases.Bench:
    say("a database with the apps, the people and their tasks")
    database = server.create("points")
    database.install(APPS)
    with database.environment() as env:
        data.load_people(env)
        data.load_staff(env)
        data.load_tasks(env)
        bench = cases.Bench(
            database,
            rule_id=data.make_rule(env).id,
            goal_ids=data.make_goals(env).ids,
            batch_goal_ids=data.make_goals(env, batch=True).ids,
        )
    database.vacuum()
    return bench


AREA = Area(
    name="points",
    title="Points",
    peers=(),
    databases=("points",),
    prepare=prepare,
    cases=cases.CASES,
    method=f"""\
One database with both, the project app and no demo data. There are {data.PEOPLE:,} people, in departments
of {data.DEPARTMENT}, and, made in SQL, {data.TASKS:,} tasks that are done, a hundred of each person, over the last {data.DAYS} days;
each was asked for by somebody else. The peer is Odoo's own gamification. Both sides count the very
same tasks; the goals and the rule begin on the same day. Everything runs as the superuser, as the
crons of both do.""",
)
