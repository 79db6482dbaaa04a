from . import collab_card
from . import collab_chain_mixin
from . import collab_chain_anchor
from . import collab_chain_verifier
from . import collab_text_mixin
from . import collab_work_source
from . import mail_thread
from . import resource_calendar
