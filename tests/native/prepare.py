"""Read by `odoo shell` before Odoo's own tests: takes Collab's ready-made policies out of force.

Odoo's tests approve leaves and confirm orders by themselves. That a policy in force makes them
wait is tested in the addons; here nothing may change where none is in force.
"""

# ruff: noqa: F821 (`env` is the shell's)
retired = 0
if "collab.approval.policy" in env:
    policies = env["collab.approval.policy"].with_context(active_test=False).search([])
    in_force = policies.filtered("version_id")
    in_force.action_retire()
    env.cr.commit()
    retired = len(in_force)
print(f"prepared: {retired} policies retired")
