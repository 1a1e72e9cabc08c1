"""What the door answers when it does what was asked."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler.api_gateway import Response


def answer[Shape](status: HTTPStatus, shape: Shape) -> Response[Shape]:
    """This shape as JSON; nobody on the way may keep it, since posts move."""
    return Response(int(status), "application/json", shape, headers={"Cache-Control": "no-store"})
