from odoo.addons.collab_approval.models.collab_approval_gate import LEFT


def as_committed(env):
    """Have everything happen that waits for the commit, and go on as another transaction."""
    env.cr.flush()
    env.cr.cache.pop(LEFT, None)
    env.invalidate_all()
