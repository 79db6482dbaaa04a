{
    "name": "Collab KPI: Purchase",
    "summary": "How many purchase orders are confirmed, what they come to, and how long that takes",
    "version": "19.0.1.0.0",
    "category": "Productivity/Collab",
    "author": "Collab",
    "website": "https://github.com/collab-odoo/collab",
    "license": "LGPL-3",
    "depends": ["collab_kpi", "purchase"],
    "data": ["data/collab_kpi_data.xml"],
    "auto_install": True,
}
