"""Work on many records in a cron, in which one that fails does not keep the others.

A function, not a method: it commits.
"""

from functools import partial

from odoo.service.model import retrying


def in_parts(records, work, failed):
    """Do something with records and commit it. Where it fails, it is done with halves of them, until
    those of whom it fails are left, each alone.

    :param records: recordset, of which others may be at work too: it is begun anew if they meet
    :param work: what to do, with a recordset
    :param failed: what to do in the handling of an exception with the one record that it is about
    """
    halves = []
    try:
        retrying(partial(work, records), records.env)
    except Exception:
        records.env.cr.rollback()
        if middle := len(records) // 2:
            # who it is shows when there are fewer
            halves = [records[:middle], records[middle:]]
        else:
            failed(records)
    records.env["ir.cron"]._commit_progress()
    for half in halves:
        in_parts(half, work, failed)
