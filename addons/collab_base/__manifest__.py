{
    "name": "Collab Base",
    "summary": "Groups, menu, cards, work sources, working time and audit log of Collab",
    "version": "19.0.1.0.0",
    "category": "Productivity/Collab",
    "author": "Collab",
    "website": "https://github.com/collab-odoo/collab",
    "license": "LGPL-3",
    "depends": ["mail", "rating", "hr", "resource", "bus"],
    "data": [
        "security/collab_security.xml",
        "security/ir.model.access.csv",
        "data/ir_cron_data.xml",
        "views/collab_work_source_views.xml",
        "views/collab_chain_anchor_views.xml",
        "wizard/collab_chain_verification_views.xml",
        "views/collab_menus.xml",
    ],
}
