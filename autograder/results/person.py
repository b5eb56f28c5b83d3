"""Who a student is to people: a name, an e-mail address, and the number that a platform knows them by."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from autograder.results.fields import Fields

_OF_A_LINE: Final = ("name", "email", "platform", "platform_id")


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a student beside the id; all of it is untrusted text, and empty where it is not known.

    `platform_id` is what the platform of that name calls them, such as Canvas's user id.
    """

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    platform: str = ""
    platform_id: str = ""

    @property
    def name(self) -> str:
        """First name, then last."""
        return f"{self.first_name} {self.last_name}".strip()

    def filled(self, other: "Person") -> "Person":
        """Return what is known of both, this one's first; a name is taken whole, a number with its platform."""
        named = self if self.name else other
        numbered = self if self.platform_id else other
        return Person(
            named.first_name, named.last_name, self.email or other.email, numbered.platform, numbered.platform_id
        )

    def to_line(self) -> dict[str, str]:
        """Return the keys that a result line has of a person: those of which something is known."""
        known = (self.name, self.email, self.platform if self.platform_id else "", self.platform_id)
        return {key: value for key, value in zip(_OF_A_LINE, known, strict=True) if value}

    @classmethod
    def from_line(cls, fields: Fields) -> "Person":
        """Return what a result line says of a person, whose first and last names it does not tell apart."""
        name, email, platform, number = (fields.text(key) if fields.has(key) else "" for key in _OF_A_LINE)
        return cls(name, "", email, platform, number)


NOBODY: Final = Person()
People = Mapping[str, Person]  # by the student's id
