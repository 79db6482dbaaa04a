from . import collab_card
