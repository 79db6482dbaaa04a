{
    "name": "Collab Check-ins: Project",
    "summary": "Points for tasks that somebody else has closed, and templates of best practices",
    "version": "19.0.1.0.0",
    "category": "Productivity/Collab",
    "author": "Collab",
    "website": "https://github.com/collab-odoo/collab",
    "license": "LGPL-3",
    "depends": ["collab_checkin", "project"],
    "data": [
        "data/collab_point_data.xml",
        "views/collab_practice_views.xml",
    ],
    "auto_install": True,
}
