from . import collab_practice, project_task
