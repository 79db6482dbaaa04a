"""Nine o'clock: everybody checks in within a minute. A file of Locust's.

`make bench AREA=points` runs it. By hand, on a server with people who are logged in:

    CROWD_SESSIONS=sessions.json CROWD_SECONDS=60 locust -f tests/load/nine_o_clock.py \\
        --headless --users 2000 --spawn-rate 2000 --host http://127.0.0.1:8069

where the file is a list of session ids, one for each person. It ends when all have been there.
"""

import json
import os
import random
from pathlib import Path

import gevent
from locust import HttpUser, events, task
from locust.exception import StopUser

SECONDS = int(os.environ["CROWD_SECONDS"])
sessions = json.loads(Path(os.environ["CROWD_SESSIONS"]).read_text())
left = len(sessions)


class Colleague(HttpUser):
    """Taps and sees the card anew, and before or after that reads what Odoo itself would show."""

    def on_start(self):
        self.client.cookies.set("session_id", sessions.pop())

    @task
    def arrive(self):
        gevent.sleep(random.uniform(0, SECONDS))
        # what comes first also waits for what Odoo does once for each session
        for step in random.sample([self.check_in, self.read_list], 2):
            step()
        raise StopUser

    def check_in(self):
        self.call("tap", "collab.checkin", "check_in", [])
        self.call("card", "collab.card", "load", [["checkin.today"]])

    def read_list(self):
        fields = {"display_name": {}, "email": {}, "phone": {}, "company_id": {"fields": {}}}
        self.call("list", "res.partner", "web_search_read", [[], fields, 0, 80])

    def on_stop(self):
        global left
        left -= 1
        if not left:
            self.environment.runner.quit()

    def call(self, name, model, method, args):
        body = {"params": {"model": model, "method": method, "args": args, "kwargs": {}}}
        path = f"/web/dataset/call_kw/{model}/{method}"
        with self.client.post(path, json=body, name=name, catch_response=True) as answer:
            error = answer.json().get("error") if answer.ok else answer.text
            if error:
                answer.failure(str(error)[:300])


@events.init.add_listener
def be_random(**kwargs):
    random.seed(9)
