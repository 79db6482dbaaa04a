import logging
from functools import partial

import psycopg2
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.service.model import retrying

from odoo.addons.collab_guard.seal import unsealed

from ..core.formula import ordered
from ..defining import definition_of, digest
from ..facts import DefinitionError
from ..refreshing import refresh
from ..watching import watch_targets

_logger = logging.getLogger(__name__)


class CollabKpi(models.Model):
    """How indicators are counted, and by whom it is heard of."""

    # a file for each of its concerns
    _inherit = "collab.kpi"  # pylint: disable=consider-merging-classes-inherited

    def action_count(self):
        """Count what is open, now."""
        self.check_access("write")
        self.sudo().filtered(lambda kpi: kpi.state == "on")._count_now()
        return True

    def _count_now(self):
        """Count indicators, after what they are made of; one that cannot be keeps the reason."""
        for kpi in self._with_inputs().filtered(lambda one: one.state == "on")._inputs_first():
            try:
                with self.env.cr.savepoint():
                    kpi._refresh(whole=True)
            except psycopg2.OperationalError:
                raise  # somebody else is at it: Odoo begins anew
            except Exception as error:
                kpi._hold(error)

    def _hold(self, error):
        """Keep why an indicator could not be counted."""
        if not isinstance(error, DefinitionError):
            _logger.exception("The indicator %s cannot be counted", self.id)
        self._step({"trouble": str(error)})

    def _with_inputs(self):
        """Return indicators, and all that they are made of."""
        found = self
        while more := found.input_ids - found:
            found |= more
        return found

    def _make_version(self):
        """Write down what is counted, if that is not what was last written down."""
        definition = definition_of(self)
        mark = digest(definition)
        if self.version_id.digest == mark:
            return
        version = unsealed(self.env["collab.kpi.version"]).create(
            {
                "kpi_id": self.id,
                "number": len(self.version_ids) + 1,
                "definition": definition,
                "digest": mark,
            }
        )
        self._step({"version_id": version.id})
        for user in self.search([("input_ids", "in", self.ids), ("state", "=", "on")]):
            user._make_version()

    @api.model
    def _cron_count(self):
        """Count what is open."""
        self._running()._count_each(whole=False)

    @api.model
    def _cron_whole(self):
        """Count also what takes long: longer periods that are not put together of shorter ones."""
        lately = fields.Datetime.now() - relativedelta(hours=12)
        running = self._running()
        running.filtered(lambda kpi: not kpi.whole_at or kpi.whole_at < lately)._count_each(
            whole=True
        )

    @api.model
    def _running(self):
        """Return what is counted, what others are made of first."""
        running = self.sudo().search([("state", "=", "on")], order="id")
        return running._inputs_first()

    def _inputs_first(self):
        """Return the same in an order in which each comes after what it is made of."""
        by_code = {kpi.code: kpi for kpi in self}
        needs = {kpi.code: tuple((kpi.input_ids & self).mapped("code")) for kpi in self}
        return self.browse(by_code[code].id for code in ordered(needs))

    def _count_each(self, whole):
        """Count indicators, each in a transaction of its own. One that cannot be counted keeps the
        reason, and is tried again the next time."""
        cron = self.env["ir.cron"]
        if not cron._commit_progress(remaining=len(self)):
            return
        for kpi in self:
            try:
                retrying(partial(kpi._count_unless_busy, whole), self.env)
            except Exception as error:
                self.env.cr.rollback()
                kpi._hold(error)
            if not cron._commit_progress(1):
                break

    def _count_unless_busy(self, whole):
        if self.try_lock_for_update(allow_referencing=True):
            self._refresh(whole)

    def _refresh(self, whole):
        """Count what is open of an indicator, and keep it."""
        now = fields.Datetime.now()
        changed, done = refresh(self, whole)
        self._step(
            {"counted_at": now, "trouble": False, **done, **({"whole_at": now} if whole else {})}
        )
        watch_targets(self)
        if changed:
            self._tell()

    def _tell(self):
        """Have open dashboards look again, once a transaction. Which indicators have changed is no
        secret; what they are now is asked for by each reader."""
        pending = self.env.cr.precommit.data.get("collab.kpi")
        if pending is None:
            pending = self.env.cr.precommit.data["collab.kpi"] = set()
            self.env.cr.precommit.add(self._send)
        pending.update(self.ids)

    def _send(self):
        pending = self.env.cr.precommit.data.pop("collab.kpi", ())
        self.env.ref("base.group_user")._bus_send("collab_kpi/values", {"kpi_ids": sorted(pending)})
