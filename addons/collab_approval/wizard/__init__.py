from . import collab_approval_decide
from . import collab_approval_submit
