from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestCounting(TransactionCase):
    def test_first(self):
        kpi = self.env["collab.kpi"].create(
            {
                "name": "Partners",
                "model_id": self.env.ref("base.model_res_partner").id,
                "date_path": "create_date",
                "breakdown_ids": [(0, 0, {"path": "country_id"})],
            }
        )
        kpi.action_start()
        print(kpi.trouble, kpi.version_id.definition, kpi.open_from)
        for v in self.env["collab.kpi.value"].search([("kpi_id", "=", kpi.id)]):
            print(v.grain, v.start, v.company_id.id, v.part, v.value, v.weight, v.is_frozen)
