from . import test_days
from . import test_flow
