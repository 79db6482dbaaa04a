{
    "name": "Collab KPI: Training",
    "summary": "How many certifications people have passed, and how many attempts succeed",
    "version": "19.0.1.0.0",
    "category": "Productivity/Collab",
    "author": "Collab",
    "website": "https://github.com/collab-odoo/collab",
    "license": "LGPL-3",
    "depends": ["collab_kpi", "survey"],
    "data": ["data/collab_kpi_data.xml"],
    "auto_install": True,
}
