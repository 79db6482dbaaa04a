from datetime import datetime

from odoo.fields import Command
from odoo.tests import TransactionCase, freeze_time

NOW = datetime(2026, 5, 20, 9, 0)


class KpiCase(TransactionCase):
    """Companies in three time zones, and an indicator over deals."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.env["collab.kpi"].with_context(active_test=False).search([]).active = False
        # as superuser it belongs to the main company
        cls.here = cls._company("Here", "Asia/Shanghai")
        cls.east = cls._company("East", "Pacific/Auckland")
        cls.west = cls._company("West", "America/New_York")
        cls.companies = cls.here | cls.east | cls.west
        cls.deals = cls.env["test.collab.deal"]

    @classmethod
    def _company(cls, name, zone):
        company = cls.env["res.company"].create({"name": name})
        company.resource_calendar_id.tz = zone
        return company

    @classmethod
    def kpi(cls, **vals):
        """Create an indicator over deals, by default their number by month of their moment."""
        by = vals.pop("by", ())
        return cls.env["collab.kpi"].create(
            {
                "name": "Deals",
                "model_id": cls.env["ir.model"]._get_id("test.collab.deal"),
                "date_path": "moment",
                "since": "2026-01-01",
                "breakdown_ids": [Command.create(one) for one in by],
                **vals,
            }
        )

    @classmethod
    def deal(cls, moment="2026-05-10 12:00:00", **vals):
        return cls.deals.create({"moment": moment, "company_id": cls.here.id, **vals})

    @classmethod
    def values(cls, kpi, grain=None, company=None, dimension=False):
        """Return what is kept of an indicator, of the whole by default: first day → value."""
        found = cls.env["collab.kpi.value"].search(
            [
                ("kpi_id", "=", kpi.id),
                ("grain", "=", grain or kpi.period),
                ("company_id", "=", (company or cls.here).id),
                ("dimension_id", "=", dimension and dimension.id),
            ],
            order="start",
        )
        if dimension:
            return {(str(one.start), one.res_id): one.value for one in found}
        return {str(one.start): one.value for one in found}
