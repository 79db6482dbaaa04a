"""Which addons a database must install or update."""

import pytest

from tools import addons
from tools.say import Stop


@pytest.fixture
def folder(tmp_path):
    for name, manifest in (
        ("collab_base", {"depends": ["mail"]}),
        ("collab_old", {"installable": False}),
        ("collab_stock", {"depends": ["collab_base"], "auto_install": ["collab_base", "stock"]}),
        ("test_collab", {"depends": ["collab_base"]}),
    ):
        (tmp_path / name / "models").mkdir(parents=True)
        (tmp_path / name / "__manifest__.py").write_text(repr(manifest))
    return tmp_path


def test_reads_what_can_be_installed(folder):
    found = addons.read(folder)
    assert list(found) == ["collab_base", "collab_stock", "test_collab"]
    assert [addon.name for addon in found.values() if addon.is_offered] == ["collab_base"]
    assert found["test_collab"].for_tests and not found["collab_base"].for_tests
    assert found["collab_base"].depends == ("mail",)


def test_broken_manifest_is_named(folder):
    (folder / "collab_base" / "__manifest__.py").write_text("{'depends': [")
    with pytest.raises(Stop, match=r"collab_base/__manifest__\.py"):
        addons.read(folder)


def test_unknown_addon_is_named(folder):
    with pytest.raises(Stop, match="collab_nix"):
        addons.pick(addons.read(folder), "collab_base,collab_nix")


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("models/thing.py", True),
        ("i18n/zh_CN.po", True),
        ("__manifest__.py", True),
        ("static/src/card.js", False),
        ("tests/test_thing.py", False),
        ("models/__pycache__/thing.pyc", False),
    ],
)
def test_digest_follows_what_a_database_takes_over(folder, path, changes):
    addon = addons.read(folder)["collab_base"]
    before = addon.digest()
    target = addon.path / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("# changed")
    assert (addon.digest() != before) is changes


def test_digest_notices_a_renamed_file(folder):
    addon = addons.read(folder)["collab_base"]
    (addon.path / "models" / "a.py").write_text("x = 1")
    before = addon.digest()
    (addon.path / "models" / "a.py").rename(addon.path / "models" / "b.py")
    assert addon.digest() != before


def test_plan():
    now = {"new": "1", "same": "1", "changed": "2", "unrecorded": "1"}
    then = {"same": "1", "changed": "1", "gone": "1"}
    plan = addons.plan(now, then, ["same", "changed", "unrecorded", "gone", "web"])
    assert plan.install == ("new",)
    assert plan.update == ("changed", "unrecorded")
    assert plan.options == ["-i", "new", "-u", "changed,unrecorded"]


def test_plan_of_a_level_database_is_empty():
    plan = addons.plan({"same": "1"}, {"same": "1"}, ["same"])
    assert not plan and plan.options == []
