from . import collab_card, collab_kpi, collab_pulse
