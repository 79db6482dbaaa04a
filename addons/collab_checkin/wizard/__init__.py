from . import collab_point_preview
