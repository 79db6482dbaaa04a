{
    "name": "Collab Check-ins: Project",
    "summary": "Points for tasks that somebody else has closed",
    "version": "19.0.1.0.0",
    "category": "Productivity/Collab",
    "author": "Collab",
    "website": "https://github.com/collab-odoo/collab",
    "license": "LGPL-3",
    "depends": ["collab_checkin", "project"],
    "data": ["data/collab_point_data.xml"],
    "auto_install": True,
}
