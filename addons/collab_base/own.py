"""Which models are Collab's own, where Odoo names them by text, and what Odoo alone may do there.

Functions, not methods, as methods can be called from the code of server actions.
"""

from .during import During

#: While Odoo notes what it has seen to change, which nobody else does
noting = During("collab_base_noting")


def is_own(model_name):
    """Return whether `model_name`, as it came from a column, a request or nowhere, is one of ours."""
    return isinstance(model_name, str) and model_name.startswith("collab.")
