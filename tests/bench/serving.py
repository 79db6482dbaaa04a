"""A real server on one of the databases, and what a client sends to it."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import requests
from server import Database
from settings import Settings

START_SECONDS = 120
#: Odoo's command line as a file, by which several processes start; passwords are checked in no time
START = str(Path(__file__).parents[1] / "start_odoo.py")
#: What Collab's client sends at once
PIECE = 8 << 20


class Server:
    """An Odoo that serves one database."""

    def __init__(self, process: subprocess.Popen, url: str) -> None:
        self._process = process
        self.url = url

    def wait(self, log: Path) -> None:
        """Return when pages are sent."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            with contextlib.suppress(requests.ConnectionError):
                if requests.get(f"{self.url}/web/login", timeout=START_SECONDS).ok:
                    return
            time.sleep(0.3)
        raise RuntimeError(f"the server did not start:\n{log.read_text()[-2000:]}")

    # -- memory, as Linux counts it: what the process holds of the machine's ------------------

    def memory(self) -> int:
        return self._status("VmRSS")

    def forget_peak(self) -> None:
        Path(f"/proc/{self._process.pid}/clear_refs").write_text("5")

    def peak(self) -> int:
        return self._status("VmHWM")

    def _status(self, name: str) -> int:
        text = Path(f"/proc/{self._process.pid}/status").read_text()
        found = re.search(rf"^{name}:\s+(\d+) kB$", text, re.MULTILINE)
        if not found:
            raise RuntimeError(f"this system does not tell the memory of a process: {name}")
        return int(found[1]) * 1024


def _free_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


@contextlib.contextmanager
def serve(database: Database, workers: int = 0) -> Iterator[Server]:
    """Yield a server that answers.

    :param workers: how many processes answer; 0: one, with as many threads as requests
    """
    settings = Settings.from_environment()
    port = _free_port()
    log = Path(settings.data_dir) / f"{database.name}.log"
    with log.open("w") as stream:
        process = subprocess.Popen(
            [
                *(os.environ["COLLAB_PYTHON"], START, "-d", database.name),
                *("--addons-path", database.addons_path, "--db-filter", f"^{database.name}$"),
                *("--no-database-list", "--data-dir", settings.data_dir),
                *("--http-port", port, "--http-interface", "127.0.0.1"),
                *("--gevent-port", _free_port(), "--workers", str(workers)),
                *("--max-cron-threads", "0", "--log-level", "warn"),
                *("--db_host", settings.pg_host, "--db_port", settings.pg_port),
                *("--db_user", settings.pg_user),
            ],
            env=os.environ | {"PYTHONPATH": settings.odoo_path},
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    try:
        server = Server(process, f"http://127.0.0.1:{port}")
        server.wait(log)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.unlink()


class Client:
    """Somebody who is logged in."""

    def __init__(self, server: Server, database: Database, login: str) -> None:
        self._server = server
        self._http = requests.Session()
        params = {"db": database.name, "login": login, "password": login}
        answer = self._post("/web/session/authenticate", json={"params": params}).json()
        if not answer.get("result", {}).get("uid"):
            raise RuntimeError(f"{login} cannot log in: {answer}")
        page = self._http.get(f"{server.url}/web", timeout=START_SECONDS).text
        self._token = re.findall(r'csrf_token: "([^"]+)"', page)[0]

    def _post(self, path: str, **how) -> requests.Response:
        answer = self._http.post(self._server.url + path, timeout=START_SECONDS, **how)
        answer.raise_for_status()
        return answer

    def attach(self, name: str, content: bytes, partner_id: int) -> int:
        """Upload a file as Odoo's client does; return the id of the attachment."""
        return self._form(
            "/web/binary/upload_attachment", name, content, model="res.partner", id=partner_id
        )

    def add_peer(self, name: str, content: bytes, folder_id: int) -> int:
        """Upload a file as the peer's client does; return the id of its document."""
        return self._form("/web/binary/upload_dms_file", name, content, directory_id=folder_id)

    def _form(self, path: str, name: str, content: bytes, **fields: object) -> int:
        files = {"ufile": (name, content)}
        [answer] = self._post(path, data={"csrf_token": self._token, **fields}, files=files).json()
        if "id" not in answer:
            raise RuntimeError(f"{path}: {answer}")
        return answer["id"]

    def add(self, name: str, content: bytes, folder_id: int) -> int:
        """Upload a file as Collab's client does; return the id of the document."""
        key = uuid.uuid4().hex
        answer: dict = {}
        for offset in range(0, len(content), PIECE):
            params = {"key": key, "name": name, "size": len(content), "offset": offset}
            answer = self._post(
                "/collab/document/upload",
                params=params | {"folder_id": folder_id},
                data=memoryview(content)[offset : offset + PIECE],
                headers={"Content-Type": "application/octet-stream"},
            ).json()
        return answer["document_id"]
