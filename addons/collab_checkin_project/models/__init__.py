from . import collab_demo, collab_practice, project_task
