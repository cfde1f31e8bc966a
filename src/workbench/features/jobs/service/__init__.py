"""What is done with jobs, by who does it.

`asking` is for people and other features: submit, watch, cancel, retry · `attempts` is for the worker: run one, queue
unfinished ones again, settle lost ones.
"""

from workbench.features.jobs.service.asking import (
    cancel_job,
    get_job,
    list_active_jobs,
    list_changed_jobs,
    list_jobs,
    retry_job,
    submit,
)
from workbench.features.jobs.service.attempts import (
    Handler,
    JobKind,
    Work,
    requeue_unfinished,
    run_job,
    settle_lost_jobs,
)

__all__ = [
    "Handler",
    "JobKind",
    "Work",
    "cancel_job",
    "get_job",
    "list_active_jobs",
    "list_changed_jobs",
    "list_jobs",
    "requeue_unfinished",
    "retry_job",
    "run_job",
    "settle_lost_jobs",
    "submit",
]
