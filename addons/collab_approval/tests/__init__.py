from . import test_core_flow
from . import test_core_plan
from . import test_fingerprint
from . import test_js
