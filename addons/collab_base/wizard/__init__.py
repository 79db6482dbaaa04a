from . import collab_chain_verification
from . import collab_chain_verification_line
from . import mail_compose_message
