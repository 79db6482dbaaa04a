from . import (
    collab_card,
    collab_chain_anchor,
    collab_chain_mixin,
    collab_chain_verifier,
    collab_work_source,
    resource_calendar,
)
