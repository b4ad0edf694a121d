"""What the answer about a job is made of; see `answers.py`."""

from typing import Literal, TypedDict

from asmcarbon.api.answers import ProblemAnswer, Stamp
from asmcarbon.api.frontier_answers import FrontierAnswer
from asmcarbon.api.plan_answers import PlanAnswer
from asmcarbon.api.portfolio_answers import PortfolioAnswer
from asmcarbon.api.risk_answers import RiskAnswer
from asmcarbon.api.stage_plan_answers import StagePlanAnswer
from asmcarbon.api.stage_risk_answers import StageRiskAnswer


class JobRow(TypedDict):
    """A job as it stands; times are UTC.

    attempts   how often work on it began; more than once where a process was lost
    progress   what it told last
    """

    id: str
    kind: Literal["plan", "frontier", "risk", "portfolio"]
    status: Literal["queued", "running", "done", "failed", "cancelled"]
    created: str
    started: str | None
    finished: str | None
    attempts: int
    progress: str | None


class JobAnswer(Stamp):
    """A job, and what came of it; `problem` is why nothing did."""

    job: JobRow
    result: PlanAnswer | StagePlanAnswer | FrontierAnswer | RiskAnswer | StageRiskAnswer | PortfolioAnswer | None
    problem: ProblemAnswer | None


class JobsAnswer(Stamp):
    """The newest jobs of a tenant; `next` is where older ones are asked for."""

    jobs: list[JobRow]
    next: str | None
