{
    "name": "Collab Documents",
    "summary": "Document centre: folders with rights, versions, search, sharing",
    "version": "19.0.1.0.0",
    "category": "Productivity/Collab",
    "author": "Collab",
    "website": "https://github.com/collab-odoo/collab",
    "license": "LGPL-3",
    "depends": ["collab_base", "collab_guard"],
    "data": [
        "security/collab_document_security.xml",
        "security/ir.model.access.csv",
        "data/ir_cron_data.xml",
        "views/share_templates.xml",
    ],
    "application": True,
}
