"""Which models are Collab's own, where Odoo names them by text."""


def is_own(model_name):
    """Return whether `model_name`, as it came from a column, a request or nowhere, is one of ours."""
    return isinstance(model_name, str) and model_name.startswith("collab.")
