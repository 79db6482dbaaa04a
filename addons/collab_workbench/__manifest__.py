{
    "name": "Collab Workbench",
    "summary": "The home page: all that waits for you, in one place",
    "version": "19.0.1.0.0",
    "category": "Productivity/Collab",
    "author": "Collab",
    "website": "https://github.com/collab-odoo/collab",
    "license": "LGPL-3",
    "depends": ["collab_base", "calendar", "project_todo"],
    "data": [
        "views/collab_workbench_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["collab_workbench/static/src/**/*"],
        "web.assets_unit_tests": ["collab_workbench/static/tests/*.test.js"],
        "web.assets_tests": ["collab_workbench/static/tests/tours/**/*"],
    },
}
