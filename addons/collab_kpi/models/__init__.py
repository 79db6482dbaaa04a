from . import (
    collab_dashboard,
    collab_dashboard_layout,
    collab_dashboard_tile,
    collab_kpi,
    collab_kpi_breakdown,
    collab_kpi_dimension,
    collab_kpi_recount,
    collab_kpi_status,
    collab_kpi_target,
    collab_kpi_value,
    collab_kpi_version,
    res_company,
)
