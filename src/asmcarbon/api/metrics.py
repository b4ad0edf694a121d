"""`GET /metrics`: what an operator's Prometheus reads."""

import asyncio

from litestar import Response, get
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from asmcarbon.api.body import AnyRequest
from asmcarbon.api.openapi import errors

_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1.0, 5.0)
_STATUSES = ("queued", "running", "done", "failed", "cancelled")

# When each began to be counted: of no use beside the figures, and as many lines again.
disable_created_metrics()


class Metrics:
    """What is counted of a server. No figure tells one tenant from another."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "asmcarbon_requests", "Requests by route and status.", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "asmcarbon_request_seconds", "Time to answer.", ["route"], buckets=_SECONDS, registry=self.registry
        )
        self.jobs = Gauge("asmcarbon_jobs", "Jobs that are kept, by status.", ["status"], registry=self.registry)
        self._counted: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        key = (method, route, status)
        if key not in self._counted:
            # Routes and statuses are few; a method may be any word.
            named = method if method in ("GET", "POST", "DELETE", "HEAD", "OPTIONS") else "other"
            requests = self.requests.labels(named, route, str(status))
            self._counted[named, route, status] = found = (requests, self.seconds.labels(route))
        else:
            found = self._counted[key]
        found[0].inc()
        found[1].observe(seconds)

    def text(self, jobs: dict[str, int]) -> bytes:
        """Return all figures in the format of Prometheus.

        jobs   that are kept, by status
        """
        for status in _STATUSES:
            self.jobs.labels(status).set(jobs.get(status, 0))
        return generate_latest(self.registry)


@get("/metrics", operation_id="metrics", summary="What an operator watches.", tags=["reference"],
     media_type="text/plain", responses=errors(401, 429, 500, 503))  # fmt: skip
async def metrics(request: AnyRequest) -> Response[bytes]:
    """Return requests, seconds and jobs in the format of Prometheus; no figure is of one tenant."""
    app = request.app
    counts = await asyncio.to_thread(app.state.queue.counts)
    return Response(app.state.metrics.text(counts), media_type=CONTENT_TYPE_LATEST)
