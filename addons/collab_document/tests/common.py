from datetime import timedelta

from odoo import Command, fields
from odoo.tests import TransactionCase, freeze_time, new_test_user

from odoo.addons.collab_document.models.collab_document_versioned import File
from odoo.addons.collab_document.storage import bytes_open
from odoo.addons.collab_guard.tests.common import QueryCount


class DocumentCase(QueryCount, TransactionCase):
    """People with each role in one folder, and nobody in it who has none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner = cls._user("doc_owner")
        cls.editor = cls._user("doc_editor")
        cls.contributor = cls._user("doc_contributor")
        cls.reader = cls._user("doc_reader")
        cls.outsider = cls._user("doc_outsider")
        cls.auditor = cls._user("doc_auditor", "collab_base.group_collab_auditor")
        cls.admin = cls._user("doc_admin", "collab_base.group_collab_admin")
        cls.portal = new_test_user(cls.env, "doc_portal", groups="base.group_portal")
        cls.folders = cls.env["collab.folder"]
        cls.documents = cls.env["collab.document"]
        cls.versions = cls.env["collab.document.version"]
        cls.folder = cls.folders.create(
            {"name": "Handbook", "access_ids": cls._grants(), "is_controlled": True}
        )
        cls.rights = cls.env["collab.document.rights"]

    @classmethod
    def _user(cls, login, *groups):
        return new_test_user(cls.env, login, groups=",".join(("base.group_user", *groups)))

    @classmethod
    def _grants(cls):
        return [
            Command.create({"user_id": user.id, "role": role})
            for user, role in (
                (cls.owner, "owner"),
                (cls.editor, "editor"),
                (cls.contributor, "contributor"),
                (cls.reader, "reader"),
            )
        ]

    def _add(self, name="a.txt", content=b"one", user=None, folder=None, **options):
        """Add a document as `user`, the contributor by default."""
        user = user or self.contributor
        folder = (folder or self.folder).with_user(user)
        return self.documents.with_user(user).add_files(folder, [File(name, content)], **options)

    def _published(self, name="a.txt", content=b"one", **options):
        return self._add(name, content, publish=True, **options)

    def _bytes(self, attachment):
        """Return the bytes of an attachment of ours, which Odoo reads for nobody."""
        with bytes_open():
            return attachment.with_env(self.env(su=True)).raw

    def _check_in(self, document, content, user=None, base=None, **options):
        """Add a version as `user`, the editor by default, on the latest by default."""
        document = document.with_user(user or self.editor)
        base = base or document.sudo().latest_id
        return document.add_version(File(document.name, content), base, **options)

    def _seen(self, user, model="collab.document", domain=()):
        """Return the records of a model that `user` finds."""
        return self.env[model].with_user(user).search(list(domain)).with_user(self.env.user)


class KeepingCase(DocumentCase):
    """The cron that keeps, as time goes by, and holds."""

    def _later(self, days):
        return freeze_time(fields.Datetime.now() + timedelta(days=days))

    def _keep(self):
        with self.enter_registry_test_mode():
            self.env.ref("collab_document.ir_cron_keep").method_direct_trigger()
        self.env.invalidate_all()

    def _hold(self, **values):
        return (
            self.env["collab.document.hold"]
            .with_user(self.admin)
            .create({"name": "Matter"} | values)
        )


class ConversationCase(DocumentCase):
    """A document that is a draft yet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.document = cls.documents.with_user(cls.contributor).add_files(
            cls.folder.with_user(cls.contributor), [File("draft.txt", b"draft")]
        )

    def _later(self, record):
        """Return what the owner is going to say at a record tomorrow."""
        return self.env["mail.scheduled.message"].create(
            {
                "model": record._name,
                "res_id": record.id,
                "body": "Later",
                "author_id": self.owner.partner_id.id,
                "scheduled_date": fields.Datetime.now() + timedelta(days=1),
            }
        )
