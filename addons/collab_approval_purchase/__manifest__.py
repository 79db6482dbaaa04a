{
    "name": "Collab Approvals: Purchase",
    "summary": "Purchase orders need an approval before they are confirmed",
    "version": "19.0.1.0.0",
    "category": "Productivity/Collab",
    "author": "Collab",
    "website": "https://github.com/collab-odoo/collab",
    "license": "LGPL-3",
    "depends": ["collab_approval", "purchase"],
    "data": ["data/collab_approval_policy_data.xml"],
    "demo": ["demo/collab_approval_demo.xml"],
    "assets": {
        "web.assets_tests": ["collab_approval_purchase/static/tests/tours/*.js"],
    },
    "auto_install": True,
}
