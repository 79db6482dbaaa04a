import re
from email.utils import getaddresses
from typing import NamedTuple
from weakref import WeakKeyDictionary

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from odoo.addons.mail.tools.alias_error import AliasError

from .collab_document_versioned import File

#: What programs attach, and no sender: signatures, and what Odoo keeps of the message itself
LEFT_OUT = frozenset({"smime.p7s", "signature.asc", "pgp-signature.asc", "original_email.eml"})
_RESULTS = "authentication-results"
#: A character of a header, or one that is meant as such
_CHARACTER = re.compile(r"\\.|.", re.DOTALL)
#: The domain of the address of which a result is
_FROM = re.compile(r"(?:^|\s)header\.from\s*=\s*(\S+)", re.IGNORECASE)
#: The method and the verdict, at the beginning of one of the results that a mail server writes
#: into a message
_DMARC = re.compile(r"\s*dmarc\s*(?:/\s*\d+\s*)?=\s*(\S*)", re.IGNORECASE)


#: Cursor → (id of a folder, id of a message) → whose files the folder takes, and then what has
#: become of them, until the message is posted. Kept apart from the message: the methods that
#: handle it can be called by RPC, with one of the caller's making.
_on_the_way = WeakKeyDictionary()


class Arrival(NamedTuple):
    """What has become of the files of a message.

    :ivar sender: user
    :ivar filed: index of an attachment → its document
    :ivar refused: index of an attachment → why it is no document
    """

    sender: models.Model
    filed: dict
    refused: dict

    def documents(self):
        return [document.sudo() for document in self.filed.values()]


class CollabFolderMail(models.AbstractModel):
    """Filing by e-mail: what is sent to the address of a folder becomes documents in it."""

    _name = "collab.folder.mail"
    _description = "Mail into a Folder"
    _inherit = ["collab.document.told", "mail.alias.mixin.optional"]

    alias_id = fields.Many2one(help="Who may add documents to the folder can send them there.")
    mail_verified = fields.Boolean(
        string="Verified Senders Only",
        tracking=True,
        help="Takes only messages of which your mail server says that they come from whom they "
        "say (Authentication-Results: dmarc=pass). Without it everybody who knows the address of "
        "the folder can send in the name of a colleague, unless your mail server stops them.",
    )

    def _alias_get_creation_values(self):
        return super()._alias_get_creation_values() | {
            "alias_model_id": self.env["ir.model"]._get_id("collab.folder"),
            "alias_force_thread_id": self.id or 0,
            # who may write is said by the folder, see _alias_get_error
            "alias_contact": "everyone",
        }

    def _check_alias_of(self, vals):
        """The same, of values that are written: Odoo writes the alias that it has made for the
        folder with the rights of the user."""
        alias = self.env["mail.alias"].sudo().browse(vals.get("alias_id") or ())
        if any(one.alias_parent_thread_id not in self.ids for one in alias) or any(
            one.alias_parent_model_id.model != "collab.folder" for one in alias
        ):
            self._check_alias_values([vals])

    @api.model
    def _check_alias_values(self, vals_list):
        """Raise an error if an alias is given by its id: it may be that of anything else."""
        if not self.env.su and any(vals.get("alias_id") for vals in vals_list):
            raise UserError(self.env._("Give the folder an address by its name."))

    # ------------------------------------------------------------------
    # Who may
    # ------------------------------------------------------------------

    def _alias_get_error(self, message, message_dict, alias):
        if alias.alias_model_id.model != "collab.folder":
            return super()._alias_get_error(message, message_dict, alias)
        if not self.sudo().exists().active:
            return AliasError("collab_folder_gone", self.env._("the folder is in the trash"))
        if not self._is_genuine(message, message_dict):
            return AliasError("collab_folder_forged", self.env._("the sender is not verified"))
        user = self._sender(message_dict)
        if not user:
            return AliasError(
                "collab_folder_role", self.env._("restricted to contributors of the folder")
            )
        if alias.alias_force_thread_id == self.id:  # else it is a reply to another folder
            self._remember(message_dict, user)
        return False

    def _remember(self, message_dict, value):
        on_the_way = _on_the_way.setdefault(self.env.cr, {})
        on_the_way[self.id, message_dict["message_id"]] = value

    def _recall(self, message_id):
        return _on_the_way.get(self.env.cr, {}).pop((self.id, message_id), None)

    def _is_genuine(self, message, message_dict):
        """Whether the mail server does not say that the sender is somebody else.

        Its own word comes first in the message; what is below may have come with it.
        """
        # as it came: what a sender has encoded is no syntax once it is decoded
        headers = (value for name, value in message.raw_items() if name.lower() == _RESULTS)
        verdict, domain = _verdict(next(headers, ""))
        if not self.sudo().mail_verified:
            return verdict != "fail"
        # of whom the server says it, who may be another than whom Odoo finds in a strange header
        sender = _only_sender(message)
        return (
            verdict == "pass"
            and bool(sender)
            and sender == email_normalize(message_dict.get("email_from"))
            and domain == sender.rpartition("@")[2]
        )

    def _sender(self, message_dict):
        """Return the user whose address the message comes from, if they are contributor of the
        folder; an empty recordset otherwise."""
        users = self.env["res.users"].sudo()
        email = email_normalize(message_dict.get("email_from"))
        if not email:
            return users
        user = self._mail_find_user_for_gateway(message_dict["email_from"]).sudo()
        if not user.active or not user._is_internal() or email_normalize(user.email) != email:
            return users
        return user if user and self._takes_from(user) else users

    def _takes_from(self, user):
        folder = self.sudo(False).with_user(user)
        folder = folder.with_context(allowed_company_ids=user.company_ids.ids)
        try:
            folder._check_role("contributor")
        except UserError:
            return False
        return True

    # ------------------------------------------------------------------
    # Filing
    # ------------------------------------------------------------------

    def message_update(self, msg_dict, update_vals=None):
        for folder in self:
            if user := folder._recall(msg_dict.get("message_id")):
                folder._file(msg_dict, user)
        return super().message_update(msg_dict, update_vals)

    def _file(self, msg_dict, user):
        """File the attachments of a message, as who has sent it."""
        body = str(msg_dict.get("body") or "")
        attachments = list(enumerate(msg_dict.get("attachments") or []))
        note = self.env._(
            "%(subject)s (by e-mail from %(sender)s)",
            subject=msg_dict.get("subject") or self.env._("No subject"),
            sender=msg_dict.get("email_from"),
        )
        files = {
            index: File(attachment[0], _bytes(attachment), note)
            for index, attachment in attachments
            if not _is_left_out(attachment, body)
        }
        if not files:
            return
        folder = self.sudo(False).with_user(user)
        folder = folder.with_context(allowed_company_ids=user.company_ids.ids)
        filed, refused = folder._add_mailed(files)
        self._remember(msg_dict, Arrival(user, filed, refused))

    def _add_mailed(self, files):
        """Add documents, each for itself if not all of them can be.

        :param files: index → :class:`File`
        :return: index → document, and index → why not
        """
        documents = self.env["collab.document"]
        try:
            with self.env.cr.savepoint():
                added = documents.add_files(self, list(files.values()), origin="mailed")
            return dict(zip(files, added, strict=True)), {}
        except UserError as error:
            if len(files) == 1:
                return {}, {index: str(error) for index in files}
        filed, refused = {}, {}
        for index, file in files.items():
            one, why_not = self._add_mailed({index: file})
            filed |= one
            refused |= why_not
        return filed, refused

    def message_post(self, **kwargs):
        arrival = self._recall(kwargs.get("message_id")) if len(self) == 1 else None
        if not isinstance(arrival, Arrival):
            return super().message_post(**kwargs)
        if self.is_controlled or any(one.state == "draft" for one in arrival.documents()):
            return super().message_post(**self._without_drafts(arrival, kwargs))
        names = {index: one[0] for index, one in enumerate(kwargs["attachments"])}
        # what is a document follows the rights and the keeping of documents from now on: a
        # second copy here would not
        kwargs["attachments"] = [
            attachment
            for index, attachment in enumerate(kwargs["attachments"])
            if index not in arrival.filed
        ]
        message = super().message_post(**kwargs)
        filed = Markup(", ").join(one._get_html_link(one.name) for one in arrival.documents())
        text = Markup("<p>%s</p>") % self.env._("Filed: %s", filed) if filed else Markup()
        self._message_log(body=text + self._refusals(arrival, names))
        return message

    def _without_drafts(self, arrival, kwargs):
        """Post what a message says with the documents, as readers of the folder may not know of
        it; return the arguments to post that there was one."""
        attachments = kwargs["attachments"]
        names = {index: one[0] for index, one in enumerate(attachments)}
        body = str(kwargs["body"] or "")
        shown = [one for one in attachments if _is_picture_of(one, body)]
        said = {name: kwargs.get(name) for name in ("body", "subject", "author_id", "email_from")}
        for document in arrival.documents():
            document.with_env(self.env).message_post(
                **said, message_type="email", subtype_xmlid="mail.mt_note", attachments=shown
            )
        text = Markup("<p>%s</p>") % self.env._("Filed as drafts: %s", len(arrival.filed))
        if arrival.refused:
            not_filed = self.env._("Not filed: %s; the sender was told why.", len(arrival.refused))
            text += Markup("<p>%s</p>") % not_filed
            self._tell_refused(arrival, names, said["subject"])
        return kwargs | {"body": text, "subject": False, "attachments": []}

    def _tell_refused(self, arrival, names, subject):
        """Tell the sender, and nobody else, what was not filed and why."""
        texts = self.with_context(lang=arrival.sender.lang)
        self.env["mail.thread"].message_notify(
            partner_ids=arrival.sender.partner_id.ids,
            subject=texts.env._("Not filed: %s", subject or texts.env._("No subject")),
            body=texts._refusals(arrival, names),
        )

    def _refusals(self, arrival, names):
        """Return what was not filed and why, as HTML."""
        if not arrival.refused:
            return Markup()
        lines = Markup().join(
            Markup("<li>%s: %s</li>") % (names[index], reason)
            for index, reason in arrival.refused.items()
        )
        return Markup("<p>%s</p><ul>%s</ul>") % (self.env._("Not filed:"), lines)


def _verdict(header):
    """Return what an ``Authentication-Results`` says of DMARC: ``"none"`` if nothing, ``"fail"``
    if it cannot be told; and of which domain (RFC 8601, ``header.from``), if it says so."""
    results = _results(header)
    if results is None:
        return "fail", None
    found = [
        (match[1].lower(), _FROM.findall(result))
        for result in results
        if (match := _DMARC.match(result))
    ]
    if len(found) > 1:
        return "fail", None
    if not found:
        return "none", None
    [(verdict, domains)] = found
    return verdict, domains[0].strip('"').lower() if len(domains) == 1 else None


def _only_sender(message):
    """Return the address in the From of a message, as it came; ``None`` unless it is just one."""
    raw = [value for name, value in message.raw_items() if name.lower() == "from"]
    if len(raw) != 1:
        return None
    [header] = raw
    # encoded, an address is the text of a name
    addresses = getaddresses([header])
    if len(addresses) != 1 or header.count("@") != addresses[0][1].count("@"):
        return None
    return addresses[0][1].lower() or None


def _results(header):
    """Return the results in an ``Authentication-Results`` (RFC 8601), without comments and what
    is quoted, in which senders have a say; ``None`` if one of these has no end."""
    results, depth, quoted = [""], 0, False
    for character in _CHARACTER.findall(header):
        if quoted:
            quoted = character != '"'
        elif character in "()":
            depth += 1 if character == "(" else -1
            results[-1] += " "
            if depth < 0:
                return None
        elif depth:
            continue
        elif character == ";":
            results.append("")
        else:
            quoted = character == '"'
            results[-1] += character
    # before the first semicolon the server says who it is
    return None if depth or quoted else results[1:]


def _bytes(attachment):
    content = attachment[1]
    if isinstance(content, str):
        info = attachment[2] if len(attachment) > 2 else {}
        return content.encode((info or {}).get("encoding") or "utf-8", errors="replace")
    return bytes(content) if isinstance(content, bytes | bytearray) else _message_bytes(content)


def _message_bytes(content):
    """Return the bytes of a message that is attached to a message."""
    as_bytes = getattr(content, "as_bytes", None)
    return as_bytes() if as_bytes else b""


def _is_left_out(attachment, body):
    """Whether an attachment is a part of the message rather than a file that was sent."""
    name, content, *__ = attachment
    return not content or (name or "").lower() in LEFT_OUT or _is_picture_of(attachment, body)


def _is_picture_of(attachment, body):
    """Whether the text of the message shows an attachment."""
    info = (attachment[2] if len(attachment) > 2 else None) or {}
    cid = info.get("cid")
    return bool(cid) and f"cid:{cid}" in body
