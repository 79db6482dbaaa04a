{
    "name": "Collab Documents: Approvals",
    "summary": "Documents are published once they are approved",
    "version": "19.0.1.0.0",
    "category": "Productivity/Collab",
    "author": "Collab",
    "website": "https://github.com/collab-odoo/collab",
    "license": "LGPL-3",
    "depends": ["collab_approval", "collab_document"],
    "data": [
        "views/collab_folder_views.xml",
        "data/collab_approval_policy_data.xml",
    ],
    "assets": {
        "web.assets_backend": ["collab_document_approval/static/src/**/*"],
        "web.assets_unit_tests": ["collab_document_approval/static/tests/*.js"],
    },
    "post_init_hook": "post_init_hook",
    "auto_install": True,
}
