"""What a student is called in submitted/, results and gradebook, and who they are in the roster.

The id is the roster's own where that is nbgrader's; else the platform's login; else what the roster calls a student
whose number, e-mail address or name it has; else the name as the platform gives it. Two who would be called alike are
told apart by the platform's numbers.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from autograder.downloads.claim import Owner
from autograder.downloads.naming import joined, plain, safe_id, words
from autograder.downloads.roster import CANVAS, Enrolled, Roster, divided
from autograder.results.person import Person


@dataclass(slots=True)
class Identities:
    """The students of a download and of the roster.

    `ids` are by an owner's key; a team's key has several, and somebody who is not in the roster that was given none.
    """

    ids: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    enrolled: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Student:
    """One student: what the platform says of them, and the roster."""

    owner: Owner | None
    enrolled: Enrolled | None


def identify(owners: Iterable[Owner], roster: Roster, platform: str, *, strict: bool) -> Identities:
    """Return who the owners of a download are.

    Args:
        owners: all of them, several times perhaps.
        roster: the class, empty where nothing is known.
        platform: whose numbers the owners have.
        strict: whether nobody counts who is not in the roster.
    """
    merged = _merged(owners)
    matches = Matches(roster)
    found = {key: matches.of(owner) for key, owner in merged.items()}
    claimants = defaultdict(list)
    for key, each in found.items():
        if each is not None:
            claimants[each].append(key)
    for each, keys in claimants.items():
        if len(keys) > 1:  # two of one name, or one of whom the platform has two names
            sure = [key for key in keys if matches.is_sure(merged[key], each)]
            for key in keys:
                if key not in sure:
                    found[key] = None
    result = Identities()
    students: dict[tuple[str, str], _Student] = {}
    teams: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for key, owner in merged.items():
        members = matches.team(owner) if found[key] is None else []
        if members:
            teams[key] = [("enrolled", str(roster.enrolled.index(each))) for each in members]
        elif found[key] is not None or not (strict and roster.enrolled):
            students[key] = _Student(owner, found[key])
        else:
            result.ids[key] = ()
    taken = {id(each.enrolled): key for key, each in students.items() if each.enrolled is not None}
    for place, each in enumerate(roster.enrolled):
        if id(each) not in taken:
            students["enrolled", str(place)] = _Student(None, each)
        else:
            teams = {
                key: [taken[id(each)] if member == ("enrolled", str(place)) else member for member in members]
                for key, members in teams.items()
            }
    names = _told_apart(students)
    for key, student in students.items():
        result.ids[key] = (names[key],)
        result.people[names[key]] = _person(student, platform, roster)
        if student.enrolled is not None:
            result.enrolled.add(names[key])
    for key, team in teams.items():
        result.ids[key] = tuple(names[member] for member in team)
    return result


def _merged(owners: Iterable[Owner]) -> dict[tuple[str, str], Owner]:
    """Return the owners by key, of each what is known of any."""
    found: dict[tuple[str, str], Owner] = {}
    for owner in owners:
        known = found.get(owner.key, owner)
        found[owner.key] = Owner(
            known.login or owner.login, known.name or owner.name, known.number or owner.number,
            known.email or owner.email, known.student_number or owner.student_number,
        )  # fmt: skip
    return found


def known_by(owner: Owner, roster: Roster) -> Owner:
    """Return an owner with what the platform's own grades say of the number."""
    found = [each for each in roster.enrolled if owner.number and each.number == owner.number]
    if len(found) != 1:
        return owner
    (each,) = found
    return replace(
        owner, name=owner.name if owner.name and plain(owner.name) != "participant" else each.name or owner.name,
        email=owner.email or each.email, student_number=owner.student_number or each.student_number,
    )  # fmt: skip


class Matches:
    """A roster, to be asked for somebody by what a platform knows of them."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster
        self._by: dict[tuple[str, object], list[Enrolled]] = defaultdict(list)
        for each in roster.enrolled:
            for key in _keys_of(each):
                self._by[key].append(each)

    def of(self, owner: Owner) -> Enrolled | None:
        """Return who somebody is, where one alone can be meant."""
        for kind, value in (*_sure_keys(owner), *_name_keys(owner)):
            found = self._by.get((kind, value), [])
            if len(found) == 1:
                return found[0]
        return None

    def is_sure(self, owner: Owner, enrolled: Enrolled) -> bool:
        """Whether more than a name says so."""
        return any(enrolled in self._by.get(key, []) for key in _sure_keys(owner))

    def team(self, owner: Owner) -> list[Enrolled]:
        """Return who is in the group of an owner's name."""
        name = plain(owner.name or owner.login)
        return [each for each in self._roster.enrolled if name in map(plain, each.groups)] if name else []


def _keys_of(each: Enrolled) -> set[tuple[str, object]]:
    keys: set[tuple[str, object]] = {
        ("id", value.casefold()) for value in (each.id, each.login, each.student_number) if value
    }
    if each.number:
        keys.add(("number", each.number.casefold()))
    for address in (each.email, each.login if "@" in each.login else ""):
        if address:
            keys |= {("email", address.casefold()), ("local", address.partition("@")[0].casefold())}
    if each.name:
        keys |= {
            ("words", words(each.name)), ("joined", joined(each.name)),
            ("joined", joined(each.last_name + each.first_name)),
        }  # fmt: skip
    return keys


def _sure_keys(owner: Owner) -> list[tuple[str, object]]:
    keys: list[tuple[str, object]] = []
    for value in (owner.login, owner.student_number):
        if value:
            keys += [("id", value.casefold()), ("email", value.casefold())]
    if owner.number:
        keys.append(("number", owner.number.casefold()))
    if owner.email:
        keys += [("email", owner.email.casefold()), ("id", owner.email.casefold())]
    if owner.login and "@" not in owner.login:
        keys.append(("local", owner.login.casefold()))
    if owner.email:
        keys.append(("id", owner.email.partition("@")[0].casefold()))
    return keys


def _name_keys(owner: Owner) -> list[tuple[str, object]]:
    keys: list[tuple[str, object]] = []
    for name in (owner.name, owner.login):
        if name and words(name):
            keys += [("words", words(name)), ("joined", joined(name))]
    head, _, tail = owner.name.partition("-")  # Moodle's "Group A-Jane Doe"
    while head and tail:
        keys.append(("words", words(tail)))
        head, _, tail = tail.partition("-")
    return [key for key in keys if key[1]]


def _told_apart(students: Mapping[tuple[str, str], _Student]) -> dict[tuple[str, str], str]:
    """Return an id for each student that nobody else has, whatever is the order in which they come."""
    wanted = {key: safe_id(_id_of(student)) for key, student in students.items()}
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for key, name in wanted.items():
        groups[name.casefold()].append(key)  # some systems' folders know no case
    result: dict[tuple[str, str], str] = {}
    used = set(groups)
    for _, keys in sorted(groups.items()):
        sure = [key for key in keys if _has_own_id(students[key])]
        kept = sure[0] if len(sure) == 1 else keys[0] if len(keys) == 1 else None
        for key in sorted(keys):
            result[key] = wanted[key] if key == kept else _another(wanted[key], _number_of(students[key]), used)
            used.add(result[key].casefold())
    return result


def _has_own_id(student: _Student) -> bool:
    return bool((student.enrolled and student.enrolled.id) or (student.owner and student.owner.login))


def _another(name: str, number: str, used: set[str]) -> str:
    """Return a name with a number that is not in use."""
    proposal, again = safe_id(f"{name}_{number}") if number else f"{name}_1", 2
    while proposal.casefold() in used:
        proposal, again = f"{name}_{again}", again + 1
    return proposal


def _id_of(student: _Student) -> str:
    owner, enrolled = student.owner, student.enrolled
    candidates = [enrolled.id if enrolled else ""]
    if owner is not None:
        candidates.append(owner.login)
    if enrolled is not None:
        candidates += [enrolled.login, enrolled.student_number]
    if owner is not None:
        candidates += [owner.student_number, owner.name, owner.email, owner.number]
    if enrolled is not None:
        candidates += [enrolled.name, enrolled.email, enrolled.number]
    return next((each for each in candidates if each), "")


def _number_of(student: _Student) -> str:
    owner, enrolled = student.owner, student.enrolled
    numbers: Sequence[str] = ()
    if owner is not None:
        numbers = (owner.number, owner.student_number, owner.email)
    if enrolled is not None:
        numbers = (*numbers, enrolled.student_number, enrolled.number, enrolled.email)
    return next((each for each in numbers if each), "")


def _person(student: _Student, platform: str, roster: Roster) -> Person:
    owner, enrolled = student.owner or Owner(), student.enrolled or Enrolled()
    first, last = enrolled.first_name, enrolled.last_name
    if not enrolled.name and not _is_run_together(owner.name):
        first, last = divided(owner.name)
    numbered = (platform, owner.number) if owner.number else (roster.platform, enrolled.number)
    if roster.platform == CANVAS and enrolled.number:
        numbered = CANVAS, enrolled.number  # which its import of grades asks for
    return Person(first, last, enrolled.email or owner.email, numbered[0] if numbered[1] else "", numbered[1])


def _is_run_together(name: str) -> bool:
    """Whether it is a name as Canvas writes it into a file's."""
    return name.islower() and " " not in name
