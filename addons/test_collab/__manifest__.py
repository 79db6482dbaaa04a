{
    "name": "Collab Tests",
    "summary": "Models and cards that the generic parts of Collab are tested on",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tests",
    "author": "Collab",
    "website": "https://github.com/collab-odoo/collab",
    "license": "LGPL-3",
    "depends": [
        "collab_approval",
        "collab_base",
        "collab_checkin",
        "collab_guard",
        "collab_kpi",
        "collab_workbench",
    ],
    "data": [
        "security/ir.model.access.csv",
    ],
    "assets": {
        "web.assets_backend": ["test_collab/static/src/**/*"],
    },
}
