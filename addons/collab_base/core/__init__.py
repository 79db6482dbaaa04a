from . import card
from . import chain
from . import worktime
