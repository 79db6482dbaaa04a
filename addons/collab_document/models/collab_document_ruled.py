from functools import partial

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.collab_base.own import is_own

_KEY = "collab_found"


class _Found:
    """What a search has just found, by the rules, for one environment.

    An object of a private class is nothing that a request or a server action could make.
    """

    __slots__ = ("ids", "who")

    def __init__(self):
        self.who, self.ids = None, frozenset()

    def keep(self, records):
        if self.who is None:
            self.who, self.ids = _who(records), frozenset(records._ids)

    def has(self, records):
        return self.who == _who(records) and self.ids.issuperset(records._ids)


def _who(records):
    env = records.env
    return records._name, env.uid, env.su, tuple(env.context.get("allowed_company_ids") or ())


class CollabDocumentRuled(models.AbstractModel):
    """Record rules that are checked as they are searched: by one query.

    Odoo checks the rules of given records in Python, with what the cache holds. Here they rest
    on what folders grant, on groups, departments and records of any model, of which a change
    tells no cache. So the database is asked, each time.
    """

    _name = "collab.document.ruled"
    _description = "Checked by the Database"

    @api.model
    @api.readonly
    def web_search_read(self, domain, specification, *args, **kwargs):
        # what it finds it reads at once: the rules have chosen it, and are not asked again
        model = self.with_context(**{_KEY: _Found()})
        return super(CollabDocumentRuled, model).web_search_read(
            domain, specification, *args, **kwargs
        )

    @api.model
    @api.private
    @api.readonly
    def search_fetch(self, *args, **kwargs):
        records = super().search_fetch(*args, **kwargs)
        found = self.env.context.get(_KEY)
        if type(found) is _Found:
            found.keep(records)
        return records

    def onchange(self, values, field_names, fields_spec):
        # a form shows the name of what it points to, which Odoo reads as superuser
        for name, value in values.items():
            field = self._fields.get(name)
            if field and field.type == "many2one" and is_own(field.comodel_name):
                record_id = value.get("id") if isinstance(value, dict) else value
                self.env[field.comodel_name].browse(record_id or ()).check_access("read")
        return super().onchange(values, field_names, fields_spec)

    def _check_access(self, operation):
        if refused := super(CollabDocumentRuled, self.browse())._check_access(operation):
            return self, refused[1]
        found = self.env.context.get(_KEY)
        if operation == "read" and type(found) is _Found and found.has(self):
            return None
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
