{
    "name": "Collab KPI: Project",
    "summary": "How many tasks are done in time, and how long they take",
    "version": "19.0.1.0.0",
    "category": "Productivity/Collab",
    "author": "Collab",
    "website": "https://github.com/collab-odoo/collab",
    "license": "LGPL-3",
    "depends": ["collab_kpi", "project"],
    "data": ["data/collab_kpi_data.xml"],
    "auto_install": True,
}
