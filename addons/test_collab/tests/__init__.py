from . import (
    test_approval_around,
    test_approval_concurrency,
    test_approval_end,
    test_approval_flow,
    test_card,
    test_chain,
    test_chain_concurrency,
    test_chain_verifier,
    test_guard,
    test_translations,
)
