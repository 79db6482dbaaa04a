"""Who has closed tasks, and when.

A function, not a method, as methods can be called from the code of server actions.
"""

from odoo import fields
from odoo.fields import Command

CLOSED = "1_done"


def closed(tasks):
    """Return those of the tasks that are done; what is cancelled is not."""
    return tasks.filtered(lambda task: task.state == CLOSED)


def note_closing(tasks, before):
    """Note which of the tasks have been closed, by the current user, and which reopened.

    :param tasks: as superuser
    :param before: those of them that had been closed already
    """
    now = closed(tasks)
    _note(now - before, tasks.env.uid, fields.Datetime.now())
    _note(before - now, False, False)


def _note(tasks, user_id, moment):
    columns = [tasks._fields[name] for name in ("collab_closed_by_id", "collab_closed_at")]
    # past `write`, which refuses them
    with tasks.env.protecting(columns, tasks):
        tasks.collab_closed_by_id = user_id
        tasks.collab_closed_at = moment
    people = [(task, task.user_ids.ids if user_id else []) for task in tasks]
    tasks._fields["collab_closed_for_ids"].write_batch(
        [(task, [Command.set(user_ids)]) for task, user_ids in people]
    )
