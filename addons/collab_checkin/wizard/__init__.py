from . import collab_kudos_hiding, collab_point_preview
