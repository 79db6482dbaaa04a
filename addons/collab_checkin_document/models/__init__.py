from . import collab_practice
