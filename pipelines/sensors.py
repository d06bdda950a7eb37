"""The failure alert: fires for every failed run, those whose worker was killed included (run
monitoring in ``dagster.yaml`` marks them failed)."""

import dagster as dg

from pipelines import alerts


@dg.run_failure_sensor(default_status=dg.DefaultSensorStatus.RUNNING, minimum_interval_seconds=30)
def failure_alert(context: dg.RunFailureSensorContext) -> None:
    """Tell ``$DATELINE_ALERT`` which job and partition failed, and why."""
    run = context.dagster_run
    partition = run.tags.get("dagster/partition", "no partition")
    causes = [
        event.step_failure_data.error.message.strip()
        for event in context.get_step_failure_events()
        if event.step_failure_data.error
    ]
    body = "\n".join([f"run {run.run_id}", *(causes or [context.failure_event.message or "no cause given"])])
    kind = alerts.send(f"Dateline: {run.job_name} failed for {partition}", body)
    context.log.info(f"told the {kind}")
