{
    "name": "Collab",
    "summary": "All of Collab: workbench and approval flows for the apps you run",
    "version": "19.0.1.0.0",
    "category": "Productivity/Collab",
    "author": "Collab",
    "website": "https://github.com/collab-odoo/collab",
    "license": "LGPL-3",
    "depends": [
        "collab_approval_expense",
        "collab_approval_leave",
        "collab_approval_purchase",
        "collab_checkin",
        "collab_document",
        "collab_workbench",
    ],
    "demo": ["demo/collab_demo.xml"],
    "application": True,
}
