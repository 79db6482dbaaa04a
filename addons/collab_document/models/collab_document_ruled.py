from functools import partial

from odoo import models
from odoo.fields import Domain


class CollabDocumentRuled(models.AbstractModel):
    """Record rules that are checked as they are searched: by one query.

    Odoo checks the rules of given records in Python, with what the cache holds. Here they rest
    on what folders grant, on groups, departments and records of any model, of which a change
    tells no cache. So the database is asked, each time.
    """

    _name = "collab.document.ruled"
    _description = "Checked by the Database"

    def _check_access(self, operation):
        if refused := super(CollabDocumentRuled, self.browse())._check_access(operation):
            return self, refused[1]
        ids = [record_id for record_id in self._ids if record_id]
        domain = self.env["ir.rule"]._compute_domain(self._name, operation)
        if not ids or domain.is_true():
            return None
        records = self.sudo().with_context(active_test=False)
        allowed = set(records.search(Domain("id", "in", ids) & domain, order="id")._ids)
        forbidden = self.browse([record_id for record_id in ids if record_id not in allowed])
        if not forbidden:
            return None
        return forbidden, partial(self.env["ir.rule"]._make_access_error, operation, forbidden)
