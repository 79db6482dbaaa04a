{
    "name": "Collab Approvals: Expenses",
    "summary": "Expenses go through an approval flow of your own",
    "version": "19.0.1.0.0",
    "category": "Productivity/Collab",
    "author": "Collab",
    "website": "https://github.com/collab-odoo/collab",
    "license": "LGPL-3",
    "depends": ["collab_approval", "hr_expense"],
    "data": ["data/collab_approval_policy_data.xml"],
    "demo": ["demo/collab_approval_demo.xml"],
    "auto_install": True,
}
