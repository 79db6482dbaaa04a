from . import (
    collab_card,
    collab_checkin,
    collab_participant,
    collab_point_entry,
    collab_point_rule,
    collab_point_tally,
    collab_work_source,
    hr_version,
    resource_calendar,
    resource_calendar_attendance,
    resource_calendar_leaves,
    resource_resource,
)
