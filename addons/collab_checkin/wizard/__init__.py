from . import (
    collab_kudos_hiding,
    collab_point_preview,
    collab_redemption_refusal,
    collab_reward_choice,
    collab_reward_restocking,
)
