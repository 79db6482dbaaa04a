from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, ormcache

from odoo.addons.collab_guard.seal import unsealed

from ..arguments import checked_ids
from ..events import tell


class CollabDocumentLink(models.Model):
    """That a document belongs to a record of the ERP.

    Whoever can read the record can read the document, and if the link says so, whoever can
    change the record can change the document.
    """

    _name = "collab.document.link"
    _description = "Document Link"
    _inherit = ["collab.document.ruled", "collab.sealed.mixin"]
    _order = "id desc"

    document_id = fields.Many2one(
        "collab.document", required=True, readonly=True, ondelete="cascade", index=True
    )
    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", required=True, readonly=True
    )
    role = fields.Selection(
        [("reader", "Read it"), ("editor", "Change it")],
        string="Who Can Change the Record Can",
        required=True,
        readonly=True,
        default="reader",
    )
    res_name = fields.Char(string="Name", compute="_compute_res_name")
    can_read = fields.Boolean(compute="_compute_can_read", search="_search_can_read")

    _link_uniq = models.UniqueIndex(
        "(document_id, res_model, res_id)", "The document is linked to this record already."
    )
    _record_idx = models.Index("(res_model, res_id)")

    # ------------------------------------------------------------------
    # Rights: the document's and the record's
    # ------------------------------------------------------------------

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_can_read(self):
        readable = self.sudo().search([("id", "in", self.ids), ("can_read", "=", True)])
        for link in self:
            link.can_read = link._origin in readable

    def _search_can_read(self, operator, value):
        """A link is seen by whoever may see both of its ends."""
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        rights = self.env["collab.document.rights"]
        records = Domain.OR(
            Domain("res_model", "=", model_name) & Domain("res_id", "in", ids)
            for model_name in rights._linked_models()
            if (ids := rights._records(model_name, "read")) is not None
        )
        documents = SQL(
            "(SELECT document.id FROM collab_document document WHERE %s)",
            rights._documents("can_read", "document"),
        )
        return Domain("document_id", "in", documents) & records

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_res_name(self):
        for model_name, links in self.grouped("res_model").items():
            records = self.env[model_name].browse(links.mapped("res_id")).exists()
            names = {r.id: r.display_name for r in records._filtered_access("read")}
            for link in links:
                link.res_name = names.get(link.res_id, False)

    # ------------------------------------------------------------------
    # Linking
    # ------------------------------------------------------------------

    @api.model
    def _link(self, documents, records, role="reader"):
        """Link each of `documents` to each of `records`, for which the caller has seen to the
        rights; links that there are stay."""
        there = {
            (link.document_id.id, link.res_id)
            for link in self.sudo().search(
                [
                    ("document_id", "in", documents.ids),
                    ("res_model", "=", records._name),
                    ("res_id", "in", records.ids),
                ]
            )
        }
        links = unsealed(self.sudo()).create(
            [
                {
                    "document_id": document.id,
                    "res_model": records._name,
                    "res_id": record.id,
                    "role": role,
                }
                for document in documents
                for record in records
                if (document.id, record.id) not in there
            ]
        )
        if records._name not in self.env["collab.document.rights"]._linked_models():
            self.env.registry.clear_cache()
            # once more when others can see it, as they may have asked meanwhile
            self.env.cr.postcommit.add(self.env.registry.clear_cache)
        self.env["collab.document.rights"]._forget()
        documents._held_links_changed(Domain("id", "in", documents.ids))
        return links.sudo(False)

    @api.model
    def link(self, document_ids, res_model, res_id):
        """Link documents, of which the current user is an editor, to a record that they may
        change. Whoever can read the record can read the documents then.

        :return: ids of the links that were made
        """
        record = self._checked_record(res_model, res_id)
        documents = self.env["collab.document"].browse(checked_ids(self.env, document_ids))
        documents._check_right("can_edit")
        documents._check_active()
        links = self._link(documents, record)
        if links:
            tell(links.sudo().document_id.sudo(False), "linked", about=record)
        return links.ids

    def action_unlink(self):
        """Take documents off the record; they stay where they are."""
        self.check_access("read")
        self.document_id._check_right("can_edit")
        self.document_id._check_not_held()
        for record, links in self._by_record():
            tell(links.document_id, "unlinked", about=record)
        unsealed(self.sudo()).unlink()
        return True

    def _by_record(self):
        """Return pairs of a record that documents are linked to, and its links."""
        return [
            (self.env[model_name].browse(res_id), links)
            for (model_name, res_id), links in self.grouped(
                lambda link: (link.res_model, link.res_id)
            ).items()
        ]

    @api.model
    def _merge(self, records, record):
        """Have the documents of `records`, which are about to go, be those of `record`."""
        links = self.sudo().search(
            [("res_model", "=", records._name), ("res_id", "in", records.ids)]
        )
        for role, merged in links.grouped("role").items():
            documents = merged.document_id.sudo(False)
            if role == "editor":
                # else who could change them could not any more
                weaker = self.sudo().search(
                    [
                        ("document_id", "in", documents.ids),
                        ("res_model", "=", record._name),
                        ("res_id", "=", record.id),
                        ("role", "!=", role),
                    ]
                )
                unsealed(weaker).write({"role": role})
            self._link(documents, record, role)
        for merged, its in links._by_record():
            documents = its.document_id.sudo(False)
            tell(documents, "unlinked", about=merged)
            tell(documents, "linked", about=record)
        unsealed(links).unlink()

    @api.model
    @ormcache("model_name")
    def _is_linkable(self, model_name):
        """Whether documents can be linked to the records of a model."""
        model = self.env.get(model_name)
        if model is None or model._abstract or model._transient:
            return False
        if not model._auto or type(model)._table_query is not None:
            return False
        # not messages and the like either, which are seen by whoever sees what they are about
        return not model_name.startswith(("collab.document", "collab.folder", "ir.", "mail."))

    @api.model
    def _checked_record(self, res_model, res_id, operation="write"):
        """Return the record, if the current user may link documents to it."""
        if not isinstance(res_model, str) or not self._is_linkable(res_model):
            raise UserError(self.env._("Documents cannot be linked to that."))
        record = self.env[res_model].browse(res_id).exists() if type(res_id) is int else None
        if not record:
            raise UserError(self.env._("The record does not exist any more."))
        try:
            record.check_access("read")
            record.check_access(operation)
        except AccessError:
            raise AccessError(
                self.env._("To link documents to a record you have to be able to change it.")
            ) from None
        return record
