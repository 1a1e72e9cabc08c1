from local.brand.parameters import TEMPLATE
from local.deployed.desk_keys import Grant, Probe, grants_of, probes_of
from local.deployed.site import FUNCTIONS

WRITTEN = """
Resources:
  Greet:
    Type: AWS::Serverless::Function
    Properties:
      Policies:
        - Version: "2012-10-17"
          Statement:
            - Action: sqs:SendMessage
              Resource: !GetAtt PostsQueue.Arn
            - Action: dynamodb:GetItem
              Resource: !GetAtt DeskTable.Arn
              Condition:
                ForAllValues:StringLike:
                  dynamodb:LeadingKeys: [day#*, greeting]
  DeskTable:
    Type: AWS::DynamoDB::Table
    Properties: {}
"""


def test_grants_are_the_statements_that_name_partition_keys() -> None:
    assert grants_of(WRITTEN) == {"Greet": [Grant(("dynamodb:GetItem",), ("day#*", "greeting"))]}


def test_a_function_is_denied_what_others_use_and_no_statement_of_its_own_allows_for_the_action() -> None:
    grants = {
        "Greet": [Grant(("get", "put"), ("day#*",)), Grant(("get",), ("breaker",))],
        "Sweep": [Grant(("get",), ("breaker", "pause"))],
    }

    assert probes_of(grants) == [
        Probe("Greet", "get", allowed="day#1", denied="pause"),
        Probe("Sweep", "get", allowed="breaker", denied="day#1"),
    ]


def test_a_statement_for_another_action_allows_nothing() -> None:
    grants = {"Greet": [Grant(("get",), ("day#*",)), Grant(("put",), ("breaker",))]}

    assert probes_of(grants) == [Probe("Greet", "get", allowed="day#1", denied="breaker")]


def test_every_function_of_the_template_has_a_probe() -> None:
    probed = [probe.function for probe in probes_of(grants_of(TEMPLATE.read_text(encoding="utf-8")))]

    assert sorted(probed) == sorted(set(FUNCTIONS) - {"CheckLink"})  # which reaches no table
