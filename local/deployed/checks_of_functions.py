"""Smoke checks of what runs: functions, schedules, the stream mapping, and how many functions may run at once."""

import json
from datetime import UTC, datetime, timedelta

from local.brand.parameters import TEMPLATE, drift, template_resources
from local.deployed.site import FUNCTIONS, Findings, Site

_RUNNING = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"})
_RECENT = timedelta(minutes=10)
_AT_ONCE = 50  # invocations; AWS gives a new account as few as ten


def stack_is_as_described(site: Site) -> Findings:
    """Status, protection, parameters and the compiled brand are those of a whole deployment of this desk.yaml."""
    stack, deployment = site.stack, site.deployment
    findings = [] if stack.status in _RUNNING else [f"The stack's status is {stack.status}."]
    findings += drift(deployment.parameters, stack.parameters, f"The stack {stack.name}")
    if not stack.is_protected:
        findings.append("One command could delete the stack; `make deploy` protects it.")
    if any(stack.tags.get(name) != value for name, value in deployment.tags.items()):
        findings.append("It was deployed from another desk.yaml; run `make deploy`.")
    return findings


def functions_start(site: Site) -> Findings:
    """Each function is active on arm64, and one of them, run now, does its work: package and permissions are right."""
    aws = site.client("lambda")
    findings = []
    for function in FUNCTIONS:
        response = aws.get_function_configuration(FunctionName=site.stack.outputs[function])
        state = (
            response.get("State"),
            response.get("LastUpdateStatus"),
            response.get("Architectures"),
            response.get("Runtime"),
        )
        if state != ("Active", "Successful", ["arm64"], "python3.13"):
            findings.append(f"{function} is {state}.")
    event = json.dumps({"scheduled_time": datetime.now(UTC).isoformat()})
    answer = aws.invoke(FunctionName=site.stack.outputs["CheckSubscriptions"], Payload=event.encode())
    said = json.loads(answer["Payload"].read())
    if answer.get("FunctionError"):
        findings.append(f"CheckSubscriptions failed: {said}")
    return findings


def schedules_of(template: str) -> list[str]:
    """The names of the template's schedules, without the stack's."""
    functions = template_resources(template, "AWS::Serverless::Function").values()
    events = [event for function in functions for event in function.get("Events", {}).values()]
    names = [str(event["Properties"]["Name"]) for event in events if event["Type"] == "ScheduleV2"]
    return [name.removeprefix("${AWS::StackName}-") for name in names]


def schedules_run(site: Site) -> Findings:
    """Each schedule is enabled, in the desk's zone, with a place for what it cannot deliver."""
    scheduler = site.client("scheduler")
    findings = []
    for schedule in schedules_of(TEMPLATE.read_text(encoding="utf-8")):
        response = scheduler.get_schedule(Name=f"{site.stack.name}-{schedule}")
        if response["State"] != "ENABLED":
            findings.append(f"The schedule {schedule} is {response['State']}.")
        if response.get("ScheduleExpressionTimezone") != site.desk.brand.timezone:
            findings.append(f"The schedule {schedule} runs in {response.get('ScheduleExpressionTimezone')}.")
        if "DeadLetterConfig" not in response["Target"]:
            findings.append(f"The schedule {schedule} has no dead-letter queue.")
    return findings


def stream_mapping_runs(site: Site) -> Findings:
    """The mapping reads the stream of the table that is in use (a restored table has no stream)."""
    function = site.stack.outputs["RouteInquiry"]
    table = site.client("dynamodb").describe_table(TableName=site.stack.outputs["MentionsTable"])["Table"]
    mappings = site.client("lambda").list_event_source_mappings(FunctionName=function)["EventSourceMappings"]
    running = [each["EventSourceArn"] for each in mappings if each["State"] == "Enabled"]
    if table.get("LatestStreamArn") in running:
        return []
    return [f"No enabled mapping reads the stream of {table['TableName']}; there are {len(mappings)} mappings."]


def polls_succeed(site: Site) -> Findings:
    """A poll succeeded within ten minutes and CloudWatch took its metric out of the log."""
    now = datetime.now(UTC)
    response = site.client("cloudwatch").get_metric_statistics(
        Namespace="Dorothy",
        MetricName="PollSucceeded",
        Dimensions=[{"Name": "service", "Value": f"{site.stack.name}-poll_mentions"}],
        StartTime=now - _RECENT,
        EndTime=now,
        Period=60,
        Statistics=["Sum"],
    )
    polls = sum(point["Sum"] for point in response["Datapoints"])
    return [] if polls else ["No poll has succeeded for ten minutes; the log of PollMentions says why."]


def enough_may_run_at_once(site: Site) -> Findings:
    """At each quarter of an hour eight schedules start functions at one moment, beside stream, queue and API."""
    limit = site.client("lambda").get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
    if limit >= _AT_ONCE:
        return []
    return [f"The account lets {limit} functions run at once in this region; docs/deploy.md says how to ask for more."]
