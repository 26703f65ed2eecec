"""Who may do what: complete, and denied by default."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.access import MATRIX, Actor, Right, Role, Scope, may, scope_of


def actor(*roles: Role) -> Actor:
    return Actor(id=1, name="Tom", roles=frozenset(roles))


def test_every_right_is_decided_for_every_role() -> None:
    assert set(MATRIX) == {(right, role) for right in Right for role in Role}


@pytest.mark.parametrize("right", Right)
def test_somebody_without_a_role_may_nothing(right: Right) -> None:
    assert not may(actor(), right)


def test_technicians_reach_their_own_jobs_only() -> None:
    scopes = {scope_of(actor(Role.TECHNICIAN), right) for right in Right}
    everything = {right for right in Right if MATRIX[right, Role.TECHNICIAN] is Scope.ALL}
    assert scopes == {Scope.NONE, Scope.OWN, Scope.ALL}
    assert everything == {Right.OWN_ACCOUNT}


def test_only_technicians_press_for_themselves_and_never_for_others() -> None:
    pressing = {role for role in Role if may(actor(role), Right.PRESS)}
    assert pressing == {Role.TECHNICIAN}
    assert not may(actor(Role.TECHNICIAN), Right.PRESS_FOR)


def test_people_and_the_company_are_the_owners() -> None:
    for right in (Right.EDIT_PEOPLE, Right.EDIT_COMPANY):
        assert {role for role in Role if may(actor(role), right)} == {Role.OWNER}


def test_what_is_billed_is_not_the_dispatchers_to_decide() -> None:
    for right in (Right.ASK, Right.WAIVE, Right.CLOSE_UNBILLED, Right.REOPEN, Right.SEE_BILLING):
        assert not may(actor(Role.DISPATCHER), right)


@given(
    st.sets(st.sampled_from(list(Role))), st.sampled_from(list(Role)), st.sampled_from(list(Right))
)
def test_one_more_role_never_takes_a_right_away(roles: set[Role], more: Role, right: Right) -> None:
    assert scope_of(actor(*roles, more), right) >= scope_of(actor(*roles), right)


@given(st.sets(st.sampled_from(list(Role)), min_size=1), st.sampled_from(list(Right)))
def test_roles_add_up_to_the_widest(roles: set[Role], right: Right) -> None:
    assert scope_of(actor(*roles), right) == max(MATRIX[right, role] for role in roles)
