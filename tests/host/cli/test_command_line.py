"""What the command line makes of what is typed: exit code 2 for bad usage, 1 for what fails, one sentence each."""

import json
import subprocess
import sys

import pytest
from kelex_host import config
from kelex_host.cli.main import main


@pytest.fixture
def kelex(monkeypatch, tmp_path, capsys):
    """Run `kelex` with these words; (exit code, what it said on either stream in one line)."""
    monkeypatch.setenv("KELEX_HOME", str(tmp_path))

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["kelex", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return ended.value.code, " ".join((said.out + said.err).replace("│", " ").split())

    return run


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("frobnicate",), "No such command"),
        (("look", "abc", "0"), "'pan' has to be a number (-90 to 90 degrees), not 'abc'. See `kelex look --help`."),
        (("world", "battery", "lots"), "'level' has to be a number (0 to 100 %), not 'lots'."),
        (("gesture", "wave", "--repeat", "2.5"), "'--repeat' has to be a whole number"),
        (("quiet", "maybe"), "'on' has to be on or off, not 'maybe'."),
        (("replay", "--seeds", "many"), "See `kelex replay --help`."),
        (("look", "nan", "0"), "a number has to be finite"),
        (("send", "look", "{oops"), "not JSON"),
        (("send", "look", "[]"), "has to be a JSON object"),
        (("move", "left_elbow"), "'left_elbow' is not a joint and its degrees, such as left_elbow=45."),
        (("move", "left_elbow=nan"), "'left_elbow=nan' is not a joint and its degrees, such as left_elbow=45."),
        (("move", "=45"), "'=45' is not a joint and its degrees, such as left_elbow=45."),
        (("move", "tail=45"), "There is no joint 'tail'; there are head_pan, "),
        (("move", "left_elbow=1", "left_elbow=2"), "'left_elbow' is named twice; name each joint once."),
        (("move",), "Missing argument"),
        (("pose", "sulk"), "There is no pose 'sulk'; there are rest, attention, "),
        (("project", "stock", "ship", "--stock", "plate=2"), """write it as '{"plate": 2}'"""),
        (("project", "create", "shed", "--variants", "shed"), """write it as '[{"name": "shed", """),
        (("project", "paint"), "There is no action 'paint'; there are create, show, "),
        (("calibrate",), "run it in a terminal, or say what was measured: kelex calibrate head_pan --trim 2.5"),
        (("calibrate", "--trim", "2"), "Name the joint that this is of"),
        (("calibrate", "tail", "--trim", "2"), "There is no joint 'tail'; there are head_pan, "),
        (("stop", "now"), "unexpected extra argument"),
        (("keys", "enrol", "lara"), "either the file of a public key, or --new"),
        (("keys", "enrol", "lara", "lara.pem", "--new"), "either the file of a public key, or --new"),
        (("keys", "enrol", "lara", "lara.pem", "--passphrase"), "--passphrase is for a key that is made here"),
        (("keys", "burn"), "No such command"),
        (("lok", "0", "0"), "No such command 'lok'. Did you mean 'look'?"),
        (("world", "entre"), "No such command 'entre'. Did you mean 'enter'"),
    ],
)
def test_bad_usage_is_named(kelex, words, sentence):
    code, said = kelex(*words)
    assert code == 2
    assert sentence in said
    assert "Usage" not in said


@pytest.mark.parametrize("words", [(), ("world",), ("keys",)])
def test_who_says_nothing_more_gets_the_help(kelex, words):
    code, said = kelex(*words)
    assert code == 2
    assert "Usage" in said
    assert "Example: kelex" in said or "Start with: kelex up" in said


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        (("look", "0", "0", "--broker", "http://x"), "mqtt://"),
        (("up", "--config", "none.toml"), "--config"),
        (("up", "--port", "a", "--port", "a"), "--port"),
        (("send", "look", '{"transaction": 7}'), "text"),
        (("look", "0", "0", "--as", "lara"), "kelex keys"),
        (("look", "0", "0", "--as", "../lara"), "a-z"),
        (("keys", "enrol", "zod", "--new"), "there are jor-el, lara, kal-el"),
        (("keys", "enrol", "lara", "none.pem"), "kelex keys --help"),
        (("keys", "revoke", "0123456789abcdef"), "kelex keys list"),
        (("keys", "rotate", "lara"), "kelex keys --help"),
        (("keys", "export", "lara"), "kelex keys --help"),
        (("send", "look", '{"junk": "' + "x" * 9000 + '"}'), "8192"),
    ],
)
def test_what_cannot_be_done_names_its_mend(kelex, words, mend):
    code, said = kelex(*words)
    assert code == 1
    assert mend in said


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[hause]\n", "did you mean 'house'?"),
        ("[house]\nbse = 'x'\n", "did you mean 'base'?"),
        ("[house]\nbase = 7\n", "house.base"),
        ("[house]\nbase = 'Kelex!'\n", "a-z"),
        ("[[drone]]\nid = 'a'\nroom = 'attic'\n", "attic"),
        ("[[drone]]\nid = 'a'\nroom = 'hall'\n[[drone]]\nid = 'a'\nroom = 'hall'\n", "twice"),
        ("oops", "not TOML"),
        ("[broker]\nurl = 'ftp://x'\n", "mqtt://"),
        ("[trust]\nguarded = ['lok']\n", "did you mean 'look'?"),
        ("[trust]\nguarded = 'look'\n", "trust.guarded"),
    ],
)
def test_a_wrong_configuration_is_named_with_its_mend(kelex, tmp_path, text, says):
    file = tmp_path / "mine.toml"
    file.write_text(text)
    code, said = kelex("up", "--config", str(file))
    assert code == 1
    assert says in said
    assert said.startswith(str(file)) or says == "mqtt://"


@pytest.mark.parametrize(
    "command", ["up", "sim", "watch", "send", "look", "move", "pose", "stop", "world", "schema", "doctor", "keys"]
)
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_every_command_has_help_with_an_example(kelex, command, flag):
    code, said = kelex(command, flag)
    assert code == 0
    assert "Example: kelex" in said


def test_what_took_too_long_is_said_though_python_has_no_words_for_it(kelex, monkeypatch):
    """Twenty drones on a busy machine ended in 'The system refuses: ;'."""

    def slow(**_) -> None:
        raise TimeoutError

    monkeypatch.setattr("kelex_host.cli.main.app", slow)
    assert kelex("up") == (1, "That took too long (the machine may be busy); try again.")


def test_the_schema_of_the_configuration_is_printed(kelex, capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["kelex", "schema", "--config"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert json.loads(capsys.readouterr().out) == config.json_schema()


def test_send_refuses_a_verb_that_nobody_knows_by_the_nearest_one(kelex):
    assert kelex("send", "lok") == (1, "There is no verb 'lok'; did you mean 'look'? [unknown_verb]")


def test_a_list_may_be_typed_as_a_file(kelex, tmp_path):
    code, said = kelex("project", "create", "ship", "--variants", f"@{tmp_path}/none.json")
    assert code == 2
    assert "cannot be read" in said


def test_a_command_loads_itself_and_not_the_others():
    code = (
        "import sys; sys.argv = ['kelex', 'look', '--nonsense', '0', '0']\n"
        "from kelex_host.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: print([name for name in sys.modules if name.startswith('kelex_host.cli.')])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "kelex_host.cli.request" in said
    assert not {"kelex_host.cli.schema", "kelex_host.cli.up", "kelex_host.cli.keys"} & set(said.split("'"))
