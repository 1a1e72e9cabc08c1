"""People who sign in to the desk, and what they may do."""

from enum import StrEnum
from typing import NamedTuple


class Role(StrEnum):
    """What a person is at the desk."""

    OPERATOR = "operator"
    """Answers, publishes and pauses."""
    VIEWER = "viewer"
    """Sees everything and changes nothing."""
    DEPARTMENT = "department"
    """Sees the cases of their departments, and drafts answers to them."""


class Person(NamedTuple):
    """A person who signed in.

    `id` stays the same for the same account at the same issuer; it is the key of drafts and settings. `name` is what
    events record and colleagues see. `departments` are those of the role DEPARTMENT.
    """

    id: str
    name: str
    role: Role
    departments: frozenset[str] = frozenset()
    email: str = ""

    def sees(self, department: str) -> bool:
        """Whether the person sees cases of this department."""
        return self.role is not Role.DEPARTMENT or department in self.departments
