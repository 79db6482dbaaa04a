"""What the tools take of what a machine has: Python, PostgreSQL, a place for it, Odoo."""

import os
import time
from pathlib import Path

import pytest

from tools import odoo_source, postgres, process, project, python_env, serve, tidy
from tools.say import Stop


@pytest.mark.parametrize(
    ("found", "chosen"),
    [
        ({(3, 11): "a", (3, 12): "b", (3, 13): "c"}, "b"),
        ({(3, 10): "a", (3, 13): "c"}, "c"),
        ({(3, 10): "a", (3, 11): "b"}, "b"),
        ({(3, 9): "a", (3, 14): "b"}, None),
        ({}, None),
    ],
)
def test_python(found, chosen):
    assert python_env.choose(found) == chosen


@pytest.fixture
def servers(tmp_path):
    for version, programs in (
        ("9", postgres.PROGRAMS),
        ("15", postgres.PROGRAMS),
        ("16", ("psql",)),
    ):
        (tmp_path / version / "bin").mkdir(parents=True)
        for program in programs:
            (tmp_path / version / "bin" / program).touch()
    return sorted(tmp_path.glob("*/bin"))


def test_postgres_newest_complete_one(servers):
    assert postgres.newest(servers).parent.name == "15"  # 16 has the client only


def test_postgres_that_made_the_cluster(servers):
    assert postgres.newest(servers, 9).parent.name == "9"
    assert postgres.newest(servers, 16) is None


def test_cluster_lies_in_the_project(tmp_path):
    own = project.Project(tmp_path)
    own.local.mkdir()
    assert postgres.choose_place(own, None) == tmp_path.resolve() / ".local" / "pg"


def test_cluster_leaves_a_path_too_long_for_a_socket(tmp_path):
    own = project.Project(tmp_path / ("long" * 30))
    own.local.mkdir(parents=True)
    place = postgres.choose_place(own, None)
    assert place.parent == Path("/var/tmp") and place != postgres.choose_place(
        project.Project(tmp_path), None
    )


def test_cluster_leaves_a_folder_its_user_cannot_reach(tmp_path):
    stranger = (os.geteuid() + 4321, os.getegid() + 4321)
    own = project.Project(tmp_path / "home" / "project")
    own.local.mkdir(parents=True)
    (tmp_path / "home").chmod(0o700)
    assert not postgres.reachable(own.local, stranger)
    assert postgres.choose_place(own, stranger).parent == Path("/var/tmp")


def checkout(folder, version="19, 0, 0"):
    (folder / "addons" / "web").mkdir(parents=True)
    (folder / "odoo").mkdir()
    (folder / "odoo" / "release.py").write_text(f"version_info = ({version}, FINAL, 0, '')\n")
    return folder


def test_odoo_checkout(tmp_path):
    source = odoo_source.read_source(checkout(tmp_path), "ODOO_SOURCE")
    assert source.version == "19.0.0"
    assert source.addons == (tmp_path / "addons",)


def test_other_odoo_is_refused(tmp_path):
    with pytest.raises(Stop, match="not Odoo 19"):
        odoo_source.read_source(checkout(tmp_path, "18, 0, 0"), "ODOO_SOURCE")


def test_folder_without_odoo_is_refused(tmp_path):
    with pytest.raises(Stop, match="ODOO_SOURCE: no Odoo"):
        odoo_source.read_source(tmp_path, "ODOO_SOURCE")


def test_full_disk_is_said_early(tmp_path):
    with pytest.raises(Stop, match="GB needed"):
        project.check_disk(tmp_path, 1e9)


def test_end_takes_the_children_along(tmp_path):
    log = tmp_path / "log"
    child = "import subprocess; p = subprocess.Popen(['sleep', '60']); print(p.pid, flush=True); p.wait()"
    started = process.start(["python3", "-c", child], log)
    while not log.read_text().strip():
        pass
    process.end(started)
    state = Path(f"/proc/{log.read_text().strip()}/stat")
    deadline = time.monotonic() + 10  # nobody here may wait for a child's child
    while _is_alive(state) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _is_alive(state)


def _is_alive(state):
    try:
        return state.read_text().split()[2] != "Z"
    except OSError:
        return False


def test_run_that_takes_too_long_is_ended(tmp_path):
    assert process.run(["sleep", "60"], tmp_path / "log", timeout=0.2) is None


def test_run_reads_a_file_or_nothing(tmp_path):
    script = tmp_path / "script"
    script.write_text("print('read')")
    assert process.run(["python3"], tmp_path / "log", stdin=script) == 0
    assert (tmp_path / "log").read_text() == "read\n"
    assert process.run(["python3"], tmp_path / "log") == 0
    assert (tmp_path / "log").read_text() == ""


def test_a_new_database_speaks_english():
    """Odoo makes the first language that of everybody, and drops its own."""
    compose = (Path(__file__).parents[2] / "docker" / "compose.yaml").read_text()
    for languages in (serve.LANGUAGES, compose.partition("--load-language=")[2].split()[0]):
        assert languages.split(",") == ["en_US", "zh_CN"]


def test_serving(tmp_path):
    place = project.Project(tmp_path)
    place.prepare()
    assert not tidy.serving(place)
    for text in ("", str(os.getpid()), "999999999"):  # neither nobody nor somebody else's
        (place.local / "odoo.pid").write_text(text)
        assert not tidy.serving(place)
