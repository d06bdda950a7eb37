"""The alerts: for every failed run, those whose worker was killed included (run monitoring in ``dagster.yaml``
marks them failed), and for every source that has come into trouble."""

import dagster as dg

from pipelines import alerts, checks
from pipelines.schedules import load_job


@dg.run_failure_sensor(
    default_status=dg.DefaultSensorStatus.RUNNING, minimum_interval_seconds=30, monitor_all_code_locations=True
)
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


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    monitored_jobs=[load_job],
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=30,
)
def health_alert(context: dg.RunStatusSensorContext) -> None:
    """Tell ``$DATELINE_ALERT`` which sources the day that was loaded found in trouble that were not the day before."""
    records = context.instance.get_records_for_run(
        context.dagster_run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION
    ).records
    for record in records:
        event = record.event_log_entry.dagster_event
        if event is None or (found := event.asset_check_evaluation_data).check_name != checks.crawl_health.__name__:
            continue
        if news := str(found.metadata[checks.NEWS].value):
            day = context.dagster_run.tags.get("dagster/partition", "no partition")
            kind = alerts.send(f"Dateline: sources in trouble on {day}", news)
            context.log.info(f"told the {kind}")
