from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestAccess(TransactionCase):
    def _groups(self, user):
        names = ("user", "process_owner", "auditor", "admin")
        return [n for n in names if user.has_group(f"collab_base.group_collab_{n}")]

    def test_groups(self):
        for group, expected in (
            ("base.group_user", ["user"]),
            ("base.group_portal", []),
            ("collab_base.group_collab_process_owner", ["user", "process_owner"]),
            ("collab_base.group_collab_auditor", ["user", "auditor"]),
            (
                "collab_base.group_collab_admin",
                ["user", "process_owner", "auditor", "admin"],
            ),
        ):
            base = "" if group == "base.group_portal" else "base.group_user,"
            user = new_test_user(self.env, group, groups=base + group)
            self.assertEqual(self._groups(user), expected, group)

    def test_admin_is_administrator(self):
        self.assertIn("admin", self._groups(self.env.ref("base.user_admin")))

    def test_menus(self):
        """The menu Configuration is the process owner's, Audit the auditor's; work sources show
        in developer mode only."""
        menus = {
            name: self.env.ref(f"collab_base.menu_collab_{name}").id for name in ("config", "audit")
        }
        sources = self.env.ref("collab_base.menu_collab_work_source").id
        for group, seen in (
            ("user", set()),
            ("process_owner", {"config"}),
            ("auditor", {"audit"}),
            ("admin", {"config", "audit"}),
        ):
            user = new_test_user(
                self.env,
                f"menu_{group}",
                groups=f"base.group_user,collab_base.group_collab_{group}",
            )
            mine = self.env["ir.ui.menu"].with_user(user)
            visible = mine._visible_menu_ids(debug=True)
            self.assertEqual({n for n, id_ in menus.items() if id_ in visible}, seen)
            visible = mine._visible_menu_ids(debug=False)
            self.assertEqual(sources in visible, "config" in seen)
