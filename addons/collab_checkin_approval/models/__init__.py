from . import collab_approval_request
from . import collab_approval_task
from . import collab_demo
from . import collab_redemption
