from . import collab_approval_decide, collab_approval_submit
