{
    "name": "Collab KPI",
    "summary": "Indicators over any records, dashboards and issued reports",
    "version": "19.0.1.0.0",
    "category": "Productivity/Collab",
    "author": "Collab",
    "website": "https://github.com/collab-odoo/collab",
    "license": "LGPL-3",
    "depends": ["collab_base", "collab_guard"],
    "data": [
        "security/collab_kpi_security.xml",
        "security/ir.model.access.csv",
        "data/ir_cron_data.xml",
        "data/collab_kpi_dimension_data.xml",
    ],
    "assets": {
        "web.assets_backend": ["collab_kpi/static/src/**/*"],
        "web.assets_unit_tests": ["collab_kpi/static/tests/*.js"],
    },
    "application": True,
}
