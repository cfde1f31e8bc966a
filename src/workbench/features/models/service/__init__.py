"""What people and other features do with models: `endpoints` to keep, `calling` to use."""

from workbench.features.models.service.calling import (
    ModelEndpointDisabled,
    Reached,
    open_model,
    reach_model_endpoints,
    require_usable,
    try_model_endpoint,
)
from workbench.features.models.service.endpoints import (
    ModelEndpointChanged,
    add_model_endpoint,
    change_model_endpoint,
    get_model_endpoint,
    list_model_endpoints,
    remove_model_endpoint,
)

__all__ = [
    "ModelEndpointChanged",
    "ModelEndpointDisabled",
    "Reached",
    "add_model_endpoint",
    "change_model_endpoint",
    "get_model_endpoint",
    "list_model_endpoints",
    "open_model",
    "reach_model_endpoints",
    "remove_model_endpoint",
    "require_usable",
    "try_model_endpoint",
]
