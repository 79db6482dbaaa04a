from . import core, models, wizard
