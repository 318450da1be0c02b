"""签到、签退 of an operator."""

from __future__ import annotations

from shebao.files.nhsa import Refused
from shebao.medical.codes import local
from shebao.medical.services.asking import institution_of
from shebao.medical.services.registering import Output
from shebao.medical.services.rows import SignIn
from shebao.medical.services.state import Asked, State


def sign_in(state: State, asked: Asked) -> Output:
    """9001: an operator of the institution is signed in."""
    given = asked.values["signIn"]
    institution = institution_of(state, asked)
    number = str(state.numbers.next())
    state.new_sign_ins.append(
        SignIn(number, institution.id, given["opter_no"], given["ip"], given["mac"], state.now, None, state.act.id)
    )
    return {"signinoutb": {"sign_time": local(state.now), "sign_no": number}}


def sign_out(state: State, asked: Asked) -> Output:
    """9002: he is signed out."""
    given = asked.values["signOut"]
    institution = institution_of(state, asked)
    if state.sign_ins.get(given["sign_no"]) != institution.id or given["sign_no"] in state.ended_sign_ins:
        raise Refused("没有此签到编号，或已签退", "there is no such sign-in, or it has ended", field="sign_no")
    state.ended_sign_ins.append(given["sign_no"])
    return {"sign_time": {"sign_time": local(state.now)}}


def signed_in(state: State, asked: Asked) -> None:
    """The sign-in that a message names is the institution's and goes on.  Raises Refused."""
    number = asked.request.sign_no
    if number and state.sign_ins.get(number) != institution_of(state, asked).id:
        raise Refused("签到编号无效，请重新签到", "the sign-in is not in use; sign in again", field="sign_no")
