from . import test_card
from . import test_chain
from . import test_chain_concurrency
from . import test_chain_verifier
from . import test_guard
from . import test_approval_flow
from . import test_approval_around
from . import test_approval_concurrency
