from . import collab_kpi_preview, collab_kpi_recounting
