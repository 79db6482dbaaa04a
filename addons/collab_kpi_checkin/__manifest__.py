{
    "name": "Collab KPI: Check-ins",
    "summary": "On how many of their working days people check in, told of nobody",
    "version": "19.0.1.0.0",
    "category": "Productivity/Collab",
    "author": "Collab",
    "website": "https://github.com/collab-odoo/collab",
    "license": "LGPL-3",
    "depends": ["collab_kpi", "collab_checkin"],
    "data": ["data/collab_kpi_data.xml"],
    "auto_install": True,
}
