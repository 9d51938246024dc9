"""Models as `moot.toml` names them: what may stand there, what may not, and what a mistake is told as."""

from __future__ import annotations

import sys
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot_errors import DocumentError, NotFound, WrongUse
from sandbox.models.addresses import endpoint, is_loopback
from sandbox.models.errors import KeyRefused
from sandbox.models.keys import known_secrets, read_headers, read_key
from sandbox.models.opening import open_model
from sandbox.models.profiles import Limits, Profile, find_profile, load_profiles
from sandbox.models.types import ChatMessage, Request

KEY = "sk-abcdefghijklmnopqrstuvwxyz012345"
FILE = """
[models.mini]
model = "gpt-4o-mini"
key_env = "MINI_KEY"
params = {temperature = 0.7}
price = {input = 0.15, output = 0.6}
fallback = ["home"]
route = {summarise = "home"}

[models.mini.limits]
requests_per_minute = 60

[models.home]
base_url = "http://localhost:11434"
model = "llama3.2"
"""


def profiles(text: str = FILE, where: Path | None = None) -> dict[str, Profile]:
    return load_profiles(tomllib.loads(text)["models"], where)


def test_profiles_are_read_by_name_and_one_is_always_there() -> None:
    found = profiles()
    assert list(found) == ["mini", "home", "simulated"]
    assert found["mini"].limits.requests_per_minute == 60
    assert found["mini"].fill(Request(messages=())).temperature == 0.7
    assert find_profile(found, "mini").name == "mini"
    assert find_profile(found, "mini", "summarise").name == "home"
    with pytest.raises(NotFound, match="did you mean 'mini'"):
        find_profile(found, "mimi")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"modle": "x"}, r"\[models.m\] modle: unknown key\n  did you mean 'model'"),
        ({"limits": {"request_per_minute": 5}}, "limits.request_per_minute: unknown key\n  did you mean 'requests_per"),
        ({"limits": {"connections": 0}}, "limits.connections: input should be greater than 0"),
        ({"base_url": "localhost:11434"}, "base_url: must begin with http"),
        ({"provider": "openay"}, "provider: input should be 'openai'"),
        ({"model": ""}, "model: is missing"),
        ({"fallback": ["hone"]}, "fallback: there is no model 'hone'"),
        ({"fallback": ["m"]}, "fallback: a model cannot be its own fallback"),
        ({"route": {"select": "nobody"}}, "route.select: there is no model 'nobody'"),
        ({"key_command": "pass show openai"}, "key_command: must be a list of words"),
        ({"key_env": "A", "key_command": ["a"]}, "key_command: there is key_env too"),
        ({"provider": "autogen"}, "component: is missing"),
        ({"provider": "simulated", "simulated": {"errors": {"tired": 0.5}}}, r"simulated.errors.tired\S*: "),
        ({"timeouts": {"whole": "long"}}, "timeouts.whole: input should be a valid number"),
        ({"price": {"input": 1, "ouput": 2}}, "price.ou"),
        ({"name": "other"}, "name: the table's own name"),
    ],
)
def test_a_mistake_names_its_table_and_key(change: dict[str, Any], told: str) -> None:
    with pytest.raises(DocumentError, match=told):
        load_profiles({"m": {"model": "x"} | change})


def test_a_mistake_stands_at_its_line(tmp_path: Path) -> None:
    file = tmp_path / "moot.toml"
    file.write_text(FILE.replace("llama3.2", "").replace('"MINI_KEY"', f'"{KEY}"'))
    with pytest.raises(DocumentError) as raised:
        profiles(file.read_text(), file)
    assert raised.value.place is not None and raised.value.place.line == 4


@pytest.mark.parametrize(
    "change",
    [
        {"key": KEY}, {"api_key": KEY}, {"token": "hunter2"}, {"key_env": KEY},
        {"headers": {"Authorization": f"Bearer {KEY}"}}, {"headers": {"X-Api-Key": "hunter2"}},
        {"headers": {"X-Team": KEY}}, {"base_url": f"https://user:{KEY}@host/v1"},
        {"base_url": f"https://host/v1?api_key={KEY}"}, {"base_url": f"https://host/v1?key={KEY}"},
    ],
)  # fmt: skip
def test_a_key_in_the_file_is_an_error_that_does_not_repeat_it(change: dict[str, Any]) -> None:
    with pytest.raises(DocumentError) as raised:
        load_profiles({"m": {"model": "x"} | change})
    assert KEY not in str(raised.value) and "hunter2" not in str(raised.value)
    assert "NAME_OF_THE_VARIABLE" in str(raised.value) or "name of an environment variable" in str(raised.value)


@given(st.dictionaries(
    st.sampled_from([*Profile.model_fields, "key", "x"]),
    st.none() | st.integers() | st.text(max_size=5) | st.lists(st.text(max_size=3), max_size=2)
    | st.dictionaries(st.sampled_from(["input", "connections", "seed", "x"]), st.integers() | st.text(max_size=3)),
))  # fmt: skip
def test_no_table_ends_in_a_traceback(table: dict[str, Any]) -> None:
    with suppress(DocumentError):
        load_profiles({"m": table})


def test_keys_come_from_the_environment_and_are_secrets_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    profile = profiles()["mini"]
    with pytest.raises(KeyRefused, match="environment variable 'MINI_KEY', which is not set") as raised:
        read_key(profile, trusted=False)
    assert raised.value.remedy == "export MINI_KEY=..."
    monkeypatch.setenv("MINI_KEY", " my-own-secret\n")
    assert read_key(profile, trusted=False) == "my-own-secret"
    assert "my-own-secret" in known_secrets()


def test_openais_key_goes_to_openai_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert read_key(Profile(name="a", model="m"), trusted=False) == KEY
    assert read_key(Profile(name="b", model="m", base_url="http://localhost:1234/v1"), trusted=False) is None


def test_headers_are_filled_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAM_TOKEN", "team-secret")
    profile = Profile(name="a", model="m", headers={"X-Token": "Token ${TEAM_TOKEN}", "X-Title": "moot"})
    assert read_headers(profile) == {"X-Token": "Token team-secret", "X-Title": "moot"}
    assert "team-secret" in known_secrets()


def command(code: str) -> Profile:
    return Profile(name="a", model="m", key_command=(sys.executable, "-c", code))


def test_a_command_gives_the_key_where_the_workspace_is_trusted() -> None:
    assert read_key(command("print('from-the-safe')"), trusted=True) == "from-the-safe"
    with pytest.raises(WrongUse, match="not trusted"):
        read_key(command("print('from-the-safe')"), trusted=False)


@pytest.mark.parametrize(
    ("code", "told"), [("raise SystemExit(3)", "exit code 3"), ("", "printed nothing"), ("print('a\\nb')", "no header")]
)
def test_a_command_that_gives_no_key_is_told_so(code: str, told: str) -> None:
    with pytest.raises(KeyRefused, match=told):
        read_key(command(code), trusted=True)


def test_a_component_is_not_loaded_without_trust() -> None:
    found = load_profiles({"m": {"provider": "autogen", "component": {"provider": "os.system", "config": {}}}})
    with pytest.raises(WrongUse, match="runs code"):
        open_model(found, "m")


def test_a_model_opens_with_its_fallbacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINI_KEY", KEY)
    model = open_model(profiles(), "mini")
    assert model.name == "mini"
    assert KEY not in f"{model!r} {vars(model)}"


def test_tokens_are_counted_where_they_are_limited() -> None:
    request = Request(messages=(ChatMessage(role="user", content="word " * 100),), max_tokens=50)
    assert Profile(name="a", model="m").tokens_of(request) == 0
    assert Profile(name="a", model="m", limits=Limits(tokens_per_minute=1000)).tokens_of(request) > 150


@pytest.mark.parametrize(
    ("base_url", "at"),
    [
        ("http://localhost:11434", "http://localhost:11434/v1/chat/completions"),
        ("http://localhost:11434/", "http://localhost:11434/v1/chat/completions"),
        ("https://api.openai.com/v1/", "https://api.openai.com/v1/chat/completions"),
        ("https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1/chat/completions"),
        ("https://h/v1/chat/completions", "https://h/v1/chat/completions"),
        ("https://h/v1?region=eu", "https://h/v1/chat/completions?region=eu"),
    ],
)
def test_base_urls_are_completed(base_url: str, at: str) -> None:
    assert endpoint(base_url) == at


@pytest.mark.parametrize(
    ("base_url", "path"),
    [
        ("https://x.openai.azure.com", "/openai/deployments/gpt/chat/completions?api-version=v"),
        ("https://x.openai.azure.com/openai", "/openai/deployments/gpt/chat/completions?api-version=v"),
        ("https://x.openai.azure.com/openai/deployments/d", "/openai/deployments/d/chat/completions?api-version=v"),
        ("https://x.openai.azure.com/openai/v1", "/openai/v1/chat/completions?api-version=v"),
    ],
)
def test_azures_addresses_name_deployment_and_version(base_url: str, path: str) -> None:
    assert endpoint(base_url, model="gpt", api_version="v") == "https://x.openai.azure.com" + path


def test_this_machine_is_known_by_its_addresses() -> None:
    local = ["http://localhost:1", "http://127.0.0.1", "http://[::1]:80/v1", "http://a.localhost"]
    assert [is_loopback(url) for url in local] == [True] * 4
    assert not is_loopback("https://localhost.example.com/v1")
