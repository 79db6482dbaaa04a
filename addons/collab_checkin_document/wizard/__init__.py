from . import collab_practice_publishing
