{
    "name": "Collab Check-ins: Approvals",
    "summary": "Points for deciding in time; rewards that are approved",
    "version": "19.0.1.0.0",
    "category": "Productivity/Collab",
    "author": "Collab",
    "website": "https://github.com/collab-odoo/collab",
    "license": "LGPL-3",
    "depends": ["collab_approval", "collab_checkin"],
    "data": [
        "data/ir_cron_data.xml",
        "data/collab_point_data.xml",
        "data/collab_approval_policy_data.xml",
    ],
    "auto_install": True,
}
