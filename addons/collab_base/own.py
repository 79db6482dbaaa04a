"""Which models are Collab's own, where Odoo names them by text, and what Odoo alone may do there.

Functions, not methods, as methods can be called from the code of server actions.
"""

from .during import During

#: While Odoo notes what it has seen to change, which nobody else does
noting = During("collab_base_noting")


def is_own(model_name):
    """Return whether `model_name`, as it came from a column, a request or nowhere, is one of ours."""
    return isinstance(model_name, str) and model_name.startswith("collab.")


def is_kept(env, model_name):
    """Return whether there is a model of that name which has records."""
    return model_name in env and not env[model_name]._abstract


def hidden(records):
    """Return those of messages, or of what else has a `model` and a `res_id`, that are about
    records of Collab which the current user may not read, also in the environment of a superuser."""
    found = records.browse()
    about = records.sudo().filtered(lambda one: is_own(one.model)).grouped("model")
    for model_name, ours in about.items():
        if is_kept(records.env, model_name):
            named = records.env[model_name].browse(ours.mapped("res_id")).exists()
            readable = set(named.with_user(records.env.user)._filtered_access("read")._ids)
            found |= ours.filtered(lambda one, ids=readable: one.res_id not in ids)
    return found.with_env(records.env)
