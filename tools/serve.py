"""`make run`: a demo database, level with the code, served until Ctrl-C."""

from __future__ import annotations

import json
import os
import time
import urllib.error
import urllib.request
from pathlib import Path

from . import addons, process
from .house import opened
from .odoo import Odoo, errors_in
from .project import Project
from .say import Stop, block, line, step
from .tidy import serving

DATABASE = "demo"
#: The first is what people of a new database have, unless they choose another.
LANGUAGES = "en_US,zh_CN"


def run(project: Project) -> None:
    port = _port()
    if serving(project):
        raise Stop("The demo is being served already. End it with Ctrl-C there, or: make stop")
    with opened(project, tests=False) as odoo:
        level(odoo)
        _tell_address(odoo, port)
        _serve(odoo, port)


def level(odoo: Odoo) -> None:
    """Make the demo database, or bring it level with addons that changed."""
    record = odoo.project.local / "demo.json"
    databases = odoo.databases
    ours = [addon for addon in addons.read(odoo.project.addons).values() if addon.is_offered]
    digests = {addon.name: addon.digest() for addon in ours}
    with odoo.project.locked("demo"):
        if not databases.exists(DATABASE):
            names = [*digests] or ["web"]
            step(
                f"Demo database: installing {len(names)} addons with demo data (some minutes, once)"
            )
            # Renamed when whole: an interrupted run starts it afresh.
            part = f"{DATABASE}_part"
            databases.drop(part)
            options = ["-i", ",".join(names), "--with-demo", "--load-language", LANGUAGES]
            odoo.change(part, options, "demo", "Making the demo database")
            databases.rename(part, DATABASE)
        else:
            then = _read(record)
            plan = addons.plan(digests, then.get("addons", {}), databases.installed(DATABASE))
            if then.get("odoo") not in (None, odoo.source.version):
                plan = addons.Plan(plan.install, ("base",))
            if plan:
                step(f"Demo database: {', '.join([*plan.install, *plan.update])} changed, updating")
                options = [*plan.options, "--with-demo"]
                if plan.update:
                    options.append("--i18n-overwrite")  # terms are translated anew
                odoo.change(DATABASE, options, "demo", "Updating the demo database")
        record.write_text(json.dumps({"odoo": odoo.source.version, "addons": digests}))


def _tell_address(odoo: Odoo, port: int) -> None:
    """Have links that go out lead here: Odoo learns its address when an administrator logs in."""
    odoo.databases.cluster.sql(
        f"""UPDATE ir_config_parameter SET value = 'http://127.0.0.1:{port}'
             WHERE key = 'web.base.url'
               AND value ~ '^http://(localhost|127\\.0\\.0\\.1):[0-9]+$'""",
        DATABASE,
    )


def logins(odoo: Odoo) -> list[str]:
    """Who can log in. In demo data, Odoo's and ours, the password is the login."""
    names = ", ".join(f"'{name}'" for name in addons.read(odoo.project.addons)) or "''"
    rows = odoo.databases.cluster.sql(
        f"""SELECT DISTINCT u.login, u.id FROM res_users u
              JOIN ir_model_data d ON d.model = 'res.users' AND d.res_id = u.id
             WHERE u.active AND u.password IS NOT NULL
               AND (d.module IN ({names})
                    OR d.module = 'base' AND d.name IN ('user_admin', 'user_demo', 'demo_user0'))
             ORDER BY u.id""",
        DATABASE,
    )
    return [row[0] for row in rows]


def _serve(odoo: Odoo, port: int) -> None:
    log = odoo.project.logs / "odoo.log"
    step("Odoo: starting")
    # Without workers one process serves pages and the websocket on the same port.
    command = odoo.command(DATABASE, "--http-port", str(port), "--workers", "0")
    server = process.start(command, log, odoo.environment, odoo.project.root)
    pidfile = odoo.project.local / "odoo.pid"
    pidfile.write_text(str(server.pid))
    try:
        url = f"http://127.0.0.1:{port}"
        started = time.monotonic()
        # The login page too: the first visit builds the style sheets, better now than then.
        while not _answers(f"{url}/web/login"):
            if server.poll() is not None or time.monotonic() - started > 300:
                _fail(log)
            time.sleep(0.3)
        line()
        line(f"Collab is at {url}")
        line("Log in as (login / password):")
        for login in logins(odoo):
            line(f"    {login} / {login}")
        line(f"Odoo's log: {log}")
        line("Ctrl-C stops it.")
        if server.wait():
            _fail(log)
    finally:
        step("Odoo: stopping")
        process.end(server)
        pidfile.unlink(missing_ok=True)


def _fail(log: Path) -> None:
    text = log.read_text(errors="replace")
    block("\n".join(errors_in(text)[:3]) or "\n".join(text.splitlines()[-5:]))
    raise Stop(f"Odoo stopped by itself. Its last words are above, all of them in {log}")


def _answers(url: str) -> bool:
    try:
        with _direct.open(url, timeout=60) as answer:
            return answer.status == 200
    except (OSError, urllib.error.URLError):
        return False


_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _port() -> int:
    text = os.environ.get("PORT") or "8069"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Stop(f"PORT: {text!r} is not a port. Use a number from 1 to 65535.")
    if not process.is_free(int(text)):
        raise Stop(f"Port {text} is in use. Choose another: make run PORT=8070")
    return int(text)


def _read(record: Path) -> dict:
    try:
        return json.loads(record.read_text())
    except (OSError, ValueError):
        return {}
