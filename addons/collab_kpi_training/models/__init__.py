from . import collab_kpi
