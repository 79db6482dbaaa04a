from . import collab_guard_keeper
from . import collab_guard
from . import collab_sealed_mixin
from . import base
from . import ir_actions_server
from . import ir_model_fields
from . import ir_model_fields_selection
