{
    "name": "Collab Check-ins: Documents",
    "summary": "Points for published documents, and documents of best practices",
    "version": "19.0.1.0.0",
    "category": "Productivity/Collab",
    "author": "Collab",
    "website": "https://github.com/collab-odoo/collab",
    "license": "LGPL-3",
    "depends": ["collab_checkin", "collab_document"],
    "data": [
        "security/collab_checkin_document_security.xml",
        "security/ir.model.access.csv",
        "data/collab_point_data.xml",
        "wizard/collab_practice_publishing_views.xml",
        "views/collab_practice_views.xml",
    ],
    "auto_install": True,
}
