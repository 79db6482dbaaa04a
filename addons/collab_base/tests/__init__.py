from . import (
    test_access,
    test_card,
    test_chain_core,
    test_mail_thread,
    test_resource_calendar,
    test_work_source,
    test_working_days,
    test_worktime,
    test_zones,
)
