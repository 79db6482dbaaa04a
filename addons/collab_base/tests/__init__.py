from . import test_access
from . import test_card
from . import test_chain_core
from . import test_resource_calendar
from . import test_work_source
from . import test_worktime
