from . import (
    collab_card,
    collab_checkin,
    collab_participant,
    hr_version,
    resource_calendar,
    resource_calendar_attendance,
    resource_calendar_leaves,
    resource_resource,
)
