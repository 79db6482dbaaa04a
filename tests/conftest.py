"""A real Odoo for the suites that work from outside: its own database, its own port.

What they are given in the environment is made by ``make test``; ``README.md`` beside this
file says how to run one suite by hand.
"""

import itertools
import os
import shutil
import signal
import socket
import subprocess
import time
import uuid
from pathlib import Path

import psutil
import pytest
import requests

START = str(Path(__file__).with_name("start_odoo.py"))
START_SECONDS = 120


class Session:
    """A user of the server, logged in as the web client does it."""

    def __init__(self, server, login):
        self.server = server
        self.login = login
        self.http = requests.Session()
        self._ids = itertools.count(1)
        answer = self._post(
            "/web/session/authenticate",
            {"db": server.db, "login": login, "password": login},
        )
        self.uid = answer["result"]["uid"]

    def _post(self, path, params):
        body = {"jsonrpc": "2.0", "id": next(self._ids), "method": "call", "params": params}
        return self.http.post(self.server.url + path, json=body, timeout=60).json()

    def try_call(self, model, method, *args, context=None, **kwargs):
        """Call a method as the web client does; return the raw answer."""
        kwargs["context"] = context or {}
        return self._post(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": list(args), "kwargs": kwargs},
        )

    def call(self, model, method, *args, **kwargs):
        """Call a method and return its result."""
        answer = self.try_call(model, method, *args, **kwargs)
        assert "error" not in answer, answer["error"]["data"]["message"]
        return answer["result"]

    def run_cron(self, xmlid):
        """Run a job, after the server itself has if it is at it."""
        job = self.ref(xmlid)
        for __ in range(60):
            answer = self.try_call("ir.cron", "method_direct_trigger", [job])
            if "error" not in answer:
                return
            message = answer["error"]["data"]["message"]
            assert "already executing" in message, message
            time.sleep(0.5)
        raise TimeoutError(message)

    def ref(self, xmlid):
        """Return the id of a record of the demo data."""
        module, name = xmlid.split(".")
        [row] = self.call(
            "ir.model.data",
            "search_read",
            [("module", "=", module), ("name", "=", name)],
            ["res_id"],
        )
        return row["res_id"]


class Server:
    """One Odoo on a database cloned from the template.

    With `workers` it is many processes, as where it is used for real; they can be killed.
    """

    def __init__(self, log, workers=0, template=None):
        env = os.environ
        self.template = template or env["COLLAB_TEMPLATE_DB"]
        self.db = f"{env['COLLAB_TEMPLATE_DB']}_{uuid.uuid4().hex[:8]}"
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._files = Path(env["COLLAB_DATA_DIR"]) / "filestore"
        self._log = log
        self._workers = workers
        self._process = None
        self._sessions = {}

    def _postgres(self, program, *args):
        env = os.environ
        command = [
            str(Path(env.get("COLLAB_PG_BIN", "")) / program),
            *("-h", env["COLLAB_PG_HOST"], "-p", env["COLLAB_PG_PORT"]),
            *("-U", env["COLLAB_PG_USER"], *args),
        ]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def sql(self, statement):
        """Run SQL behind Odoo's back and return what it prints."""
        return self._postgres("psql", "-At", "-d", self.db, "-c", statement).strip()

    def start(self):
        self._postgres("createdb", "-T", self.template, self.db)
        if (self._files / self.template).is_dir():
            shutil.copytree(self._files / self.template, self._files / self.db)
        # to be checked in no time, see `start_odoo.py`; all people have their login as password
        self.sql("UPDATE res_users SET password = login WHERE password IS NOT NULL")
        self.run()
        return self.wait()

    @property
    def files(self):
        """The folder of the files of the database."""
        return self._files / self.db

    def run(self):
        """Start the processes, on the database there is; they answer some seconds later."""
        env = os.environ
        self._process = subprocess.Popen(
            [
                *(env["COLLAB_PYTHON"], START, "-d", self.db, "--no-database-list"),
                *("--addons-path", env["COLLAB_ADDONS_PATH"], "--db-filter", f"^{self.db}$"),
                *("--data-dir", env["COLLAB_DATA_DIR"], "--http-port", str(self.port)),
                *("--http-interface", "127.0.0.1"),
                *("--workers", str(self._workers), "--gevent-port", str(_free_port())),
                *("--db_host", env["COLLAB_PG_HOST"], "--db_port", env["COLLAB_PG_PORT"]),
                *("--db_user", env["COLLAB_PG_USER"]),
            ],
            env=env | {"PYTHONPATH": env["COLLAB_ODOO_PATH"]},
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def wait(self):
        """Return when pages are sent."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            assert self._process.poll() is None, f"Odoo ended by itself, see {self._log.name}"
            try:
                if requests.get(f"{self.url}/web/login", timeout=START_SECONDS).ok:
                    return self
            except requests.ConnectionError:
                time.sleep(0.3)
        raise TimeoutError(f"Odoo did not answer within {START_SECONDS} s, see {self._log.name}")

    def kill(self):
        """End all processes at once, whatever they are at."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def kill_workers(self):
        """End those who answer, whatever they are at; others take their places at once."""
        children = psutil.Process(self._process.pid).children()
        workers = [child for child in children if self._answers(child)]
        assert workers
        for worker in workers:
            worker.kill()

    @staticmethod
    def _answers(process):
        """Return whether a process is one of those who answer; one may just have ended."""
        try:
            return "gevent" not in process.cmdline()
        except psutil.NoSuchProcess:
            return False

    def stop(self):
        if self._process and self._process.poll() is None:
            self.kill()  # nothing of what it has is kept
        self._postgres("dropdb", "--force", "--if-exists", self.db)
        shutil.rmtree(self._files / self.db, ignore_errors=True)

    def forget_recognition(self):
        """Have nobody checked in ever, nor thanked anybody, nor earned anything."""
        self.sql(
            "DELETE FROM collab_checkin; DELETE FROM collab_participant;"
            " DELETE FROM collab_redemption;"
            " DELETE FROM collab_point_entry; DELETE FROM collab_point_tally;"
            " DELETE FROM collab_point_account; DELETE FROM collab_kudos;"
            " DELETE FROM gamification_badge_user; DELETE FROM gamification_karma_tracking;"
            " UPDATE res_users SET karma = 0, rank_id = NULL, next_rank_id = NULL"
        )

    def work_every_day(self):
        """Have the buyer work on all days of the week, in UTC; return their employee's id."""
        admin = self.rpc("admin")
        hours = [
            [0, 0, {"name": "Day", "dayofweek": str(day), "hour_from": 8, "hour_to": 16}]
            for day in range(7)
        ]
        [calendar] = admin.call(
            "resource.calendar",
            "create",
            [{"name": "Every day", "tz": "UTC", "attendance_ids": [[5, 0, 0], *hours]}],
        )
        employee = admin.ref("collab_approval.employee_buyer")
        admin.call(
            "hr.employee", "write", [employee], {"resource_calendar_id": calendar, "tz": "UTC"}
        )
        admin.call("res.users", "write", [self.rpc("buyer").uid], {"tz": "UTC"})
        return employee

    def rpc(self, login):
        """Return the session of a user; the password is the login in the demo data."""
        if login not in self._sessions:
            self._sessions[login] = Session(self, login)
        return self._sessions[login]


def _free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@pytest.fixture(scope="session")
def template():
    """The demo database."""
    return os.environ["COLLAB_TEMPLATE_DB"]


@pytest.fixture(scope="module")
def server(tmp_path_factory, template):
    """A server on a fresh copy of the demo database, for one module of tests."""
    with (tmp_path_factory.mktemp("odoo") / "odoo.log").open("w") as log:
        running = Server(log, template=template)
        try:
            yield running.start()
        finally:
            running.stop()
