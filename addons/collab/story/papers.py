"""The documents of the company, and who has used which version of them."""

from datetime import datetime, time

from odoo import Command, fields

from odoo.addons.collab_base.bulk import insert_rows, update_each, update_rows
from odoo.addons.collab_document.models.collab_document_versioned import File

from .months import MONTHS, days_of, first_day, moment_of
from .orders import POLICY_MONTHS

#: Documents: name, and for each version how many months ago it came, what has changed, and its text
PAPERS = (
    (
        "Purchasing manual.txt",
        (14, None, "Who orders, asks one supplier."),
        (13, "Offers", "Who orders, asks three suppliers first."),
        (8, "Frame contracts", "Who orders, looks for a frame contract first."),
        (POLICY_MONTHS, "New limits", "A director decides on orders over 20,000, not over 10,000."),
    ),
    (
        "Returns checklist.txt",
        (14, None, "Photograph the parcel."),
        (13, "By supplier", "Photograph the parcel. Sort it by the list of the supplier."),
        (6, "Three boxes", "One table, three boxes: back to stock, to the supplier, to look at."),
    ),
    (
        "Dangerous goods.txt",
        (14, None, "Label each parcel."),
        (13, "Two sides", "Label each parcel on two sides."),
        (9, "Batteries", "Label each parcel on two sides. Batteries go by road alone."),
    ),
    (
        "Prices of carriers.txt",
        (13, None, "Per pallet and zone."),
        (10, "New year", "Per pallet and zone, with the surcharge for fuel."),
        (7, "Summer", "Per pallet and zone, without the surcharge for fuel."),
        (1, "Winter", "Per pallet and zone, with the surcharge for snow."),
    ),
    ("Welcome to the team.txt", (11, None, "Your first week, day by day.")),
    ("Answers to customers.txt", (9, None, "What they ask, and what helps them.")),
    ("Stock count.txt", (5, None, "Hall by hall, in pairs.")),
    ("Travel rules.txt", (3, None, "By train where it takes less than four hours.")),
)


def tell_documents(author, users, active, chance):
    """Have documents come in version after version, and be used.

    :param author: user who writes them
    :param active: set of (number of a month, user) in which somebody has done something
    """
    folder = make_folder(author)
    for name, *texts in PAPERS:
        tell_uses(make_versions(folder.with_user(author), name, texts), users, active, chance)


def make_folder(author):
    env = author.env
    roles = (
        {"user_id": author.id, "role": "owner"},
        {"group_id": env.ref("base.group_user").id, "role": "reader"},
    )
    return env["collab.folder"].create(
        {
            "name": "Handbook",
            # of one company, as what is of none is counted beside it
            "company_id": author.company_id.id,
            "access_ids": [Command.create(role) for role in roles],
        }
    )


def make_versions(folder, name, texts):
    """Return the versions of a document, each as old as it is.

    :param folder: in the environment of the author
    """
    document = folder.env["collab.document"]
    for number, (__, note, text) in enumerate(texts):
        file = File(name, text.encode(), note)
        if number:
            document.add_version(file, document.sudo().latest_id, publish=True)
        else:
            document = document.add_files(folder, [file], publish=True)
    document = document.sudo()
    versions = document.version_ids.sorted("id")
    events = document.env["collab.document.event"].search(
        [("document_id", "=", document.id)], order="id"
    )
    moments = [datetime.combine(first_day(MONTHS - ago), time(9)) for ago, *__ in texts]
    update_rows(document, {"create_date": moments[0], "changed_at": moments[-1]})
    for records in (versions, events):
        update_each(records, [{"create_date": moment} for moment in moments])
    return versions


def tell_uses(versions, users, active, chance):
    """Have a document be used by some of those who took part in a month, and by its author: the
    version that is in force then, and at first often the one before, as people have kept it."""
    working = users._collab_working_days(first_day(0), fields.Date.today())
    author = versions.author_id
    moments = [
        (number, user, moment_of(chance.choice(days), chance))
        for number in range(MONTHS + 1)
        for user in users
        if (days := days_of(working[user.id], number))
        for __ in range(2 if user == author else 1)
        if user == author or ((number, user) in active and chance.random() < 0.4)
    ]
    rows = []
    for number, user, moment in moments:
        if there := versions.filtered(lambda one: one.create_date <= moment):  # noqa: B023
            is_old = user != author and chance.random() < 0.6 - 0.54 * number / MONTHS
            kind = chance.choice(("opened", "opened", "downloaded"))
            rows.append(((there[-2:] if is_old else there[-1:])[0], user, kind, moment))
    events = insert_rows(
        versions.env["collab.document.event"],
        [
            {
                "document_id": version.document_id.id,
                "version_id": version.id,
                "kind": kind,
                "user_id": user.id,
            }
            for version, user, kind, __ in rows
        ],
    )
    update_each(events, [{"create_date": moment} for *__, moment in rows])
