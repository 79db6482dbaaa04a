"""Many people who come within a minute: Locust, in a process of its own."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import requests
from server import Database

from .data import PATTERN

SCRIPT = Path(__file__).parents[2] / "load" / "nine_o_clock.py"


@dataclass(frozen=True)
class Wait:
    """How long a kind of request took, in seconds, for 95 of 100; and how many failed."""

    p95: float
    failures: int


@dataclass(frozen=True)
class Crowd:
    database: Database
    people: int
    seconds: int

    def come(self, url: str) -> dict[str, Wait]:
        """Have all come; return what they waited for, by the name of the request."""
        with tempfile.TemporaryDirectory() as folder:
            sessions = Path(folder, "sessions.json")
            sessions.write_text(json.dumps(self._sessions(url)))
            results = Path(folder, "waits")
            done = subprocess.run(
                [
                    *(os.environ["COLLAB_PYTHON"], "-m", "locust", "-f", str(SCRIPT)),
                    *("--headless", "--only-summary", "--loglevel", "ERROR", "--host", url),
                    *("--users", str(self.people), "--spawn-rate", str(self.people)),
                    *("--csv", str(results)),
                ],
                env=os.environ
                | {"CROWD_SESSIONS": str(sessions), "CROWD_SECONDS": str(self.seconds)},
                capture_output=True,
                text=True,
                # 1: a request has failed, which is told
                check=False,
                timeout=20 * self.seconds,
            )
            if done.returncode not in (0, 1):
                raise RuntimeError(f"Locust: {done.stderr[-2000:]}")
            with Path(folder, "waits_stats.csv").open() as file:
                return {
                    row["Name"]: Wait(float(row["95%"]) / 1000, int(row["Failure Count"]))
                    for row in csv.DictReader(file)
                }

    def _sessions(self, url: str) -> list[str]:
        """Log everybody in, as they have been for weeks."""

        def log_in(number: int) -> str:
            login = f"{PATTERN}{number}"
            params = {"db": self.database.name, "login": login, "password": login}
            answer = requests.post(
                f"{url}/web/session/authenticate", json={"params": params}, timeout=120
            )
            if not answer.json().get("result", {}).get("uid"):
                raise RuntimeError(f"{login} cannot log in: {answer.text[:200]}")
            return answer.cookies["session_id"]

        with ThreadPoolExecutor(8) as pool:
            return list(pool.map(log_in, range(1, self.people + 1)))
