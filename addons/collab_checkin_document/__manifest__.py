{
    "name": "Collab Check-ins: Documents",
    "summary": "Points for documents that somebody else has published",
    "version": "19.0.1.0.0",
    "category": "Productivity/Collab",
    "author": "Collab",
    "website": "https://github.com/collab-odoo/collab",
    "license": "LGPL-3",
    "depends": ["collab_checkin", "collab_document"],
    "data": ["data/collab_point_data.xml"],
    "auto_install": True,
}
