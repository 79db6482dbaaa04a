from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged

#: What people keep to themselves: a field for when it was, and another condition that would tell it
PRIVATE = {
    "collab.checkin": ("day", "[('mood', '=', 'low')]"),
    "collab.kudos.reaction": ("create_date", "[]"),
    "collab.participant": ("day", "[('longest', '>', 20)]"),
    "collab.point.account": ("create_date", "[('is_off_boards', '=', True)]"),
    "collab.point.entry": ("create_date", "[('points', '>', 0)]"),
    "collab.point.tally": ("period", "[]"),
    "collab.practice.vote": ("create_date", "[]"),
}


@tagged("post_install", "-at_install")
class TestPrivate(TransactionCase):
    """Who says what counts as work finds out nothing by it."""

    def test_what_people_see_of_themselves_alone_is_kept_from_all_others(self):
        own = self.env["ir.rule"].search([("domain_force", "=", "[('user_id', '=', user.id)]")])
        models = {rule.model_id.model for rule in own}
        ours = {name for name in models if self.env[name]._original_module == "collab_checkin"}
        self.assertEqual(ours, {*PRIVATE})

    def test_no_work_source_tells(self):
        names = self.env["ir.model.fields"]
        groups = "base.group_user,base.group_system,collab_base.group_collab_admin"
        admin = new_test_user(self.env, "private_admin", groups=groups)
        owner = new_test_user(
            self.env,
            "private_owner",
            groups="base.group_user,collab_base.group_collab_process_owner",
        )
        shipped = self.env.ref("collab_checkin.work_source").copy()
        for model, (date, domain) in PRIVATE.items():
            vals = {
                "name": "Theirs",
                "model_id": self.env["ir.model"]._get_id(model),
                "date_field_id": names._get(model, date).id,
                "person_field_id": names._get(model, "user_id").id,
                "domain": domain,
            }
            for user in (owner, admin):
                for attempt in (
                    self.env["collab.work.source"].with_user(user).create,
                    shipped.with_user(user).write,
                ):
                    with self.subTest(model, user=user.login):
                        with self.assertRaises(AccessError), self.env.cr.savepoint():
                            attempt(vals)
        shipped.with_user(owner).name = "Being there"
