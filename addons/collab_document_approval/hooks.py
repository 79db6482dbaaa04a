from .demo import story


def post_init_hook(env):
    """Load the demo documents where there is demo data: they are files, which no XML can add."""
    if env.ref("base.module_collab_document_approval").demo:
        story.load(env)
