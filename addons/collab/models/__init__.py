from . import collab_demo
