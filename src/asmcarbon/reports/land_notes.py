"""What a reader of a footprint has to know of the site's land."""

from asmcarbon.messages import _
from asmcarbon.site.site import FAR_KM, Site


def land_notes(site: Site) -> list[str]:
    """Return what does not show in the figures of land."""
    text = _("{path}: its polygon lies more than {far:g} km from the location of the site")
    return [text.format(path=path, far=FAR_KM) for path in site.far_parcels()]
