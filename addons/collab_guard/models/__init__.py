from . import base, collab_guard, collab_guard_keeper, collab_sealed_mixin
