"""The graph components inside Rasa: train, persist, load, parse; wrong settings are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from rasa.core.agent import Agent
from rasa.model_training import train_nlu
from rasa.shared.exceptions import InvalidConfigException

from assistant.nlu.classifier import JointIntentClassifier
from assistant.nlu.featurizer import SentenceEncoderFeaturizer
from tests.conftest import ROOT

NLU = """
version: "3.1"
nlu:
- intent: faq/cost
  examples: |
    - how much does it cost
    - what is the price
    - who pays
- intent: faq/length
  examples: |
    - how long does it take
    - how many weeks
    - when is it over
- intent: greet
  examples: |
    - hello
    - hi there
    - good morning
responses:
  utter_faq/cost:
  - text: it costs
  utter_faq/length:
  - text: it takes
"""


def pipeline(**featurizer: object) -> list[dict[str, object]]:
    return [
        {"name": "WhitespaceTokenizer"},
        {"name": "assistant.nlu.featurizer.SentenceEncoderFeaturizer", **featurizer},
        {"name": "assistant.nlu.classifier.JointIntentClassifier"},
    ]


def write_project(folder: Path, components: list[dict[str, object]]) -> Path:
    config = {"recipe": "default.v1", "language": "en", "assistant_id": "test", "pipeline": components}
    (folder / "config.yml").write_text(yaml.safe_dump(config))
    (folder / "nlu.yml").write_text(NLU)
    return folder / "config.yml"


async def test_trains_persists_loads_and_parses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    config = write_project(tmp_path, pipeline())
    path = train_nlu(str(config), str(tmp_path / "nlu.yml"), str(tmp_path / "models"))
    assert path is not None
    result = await Agent.load(path).parse_message("what is the price of it")
    assert result["candidates"][0]["name"] == "faq/cost"
    assert result["response_selector"]["faq"]["response"]["intent_response_key"] == "faq/cost"
    assert {entry["name"] for entry in result["intent_ranking"]} >= {"faq", "greet"}


def test_token_features_match_the_tokens() -> None:
    from rasa.engine.graph import ExecutionContext, GraphSchema
    from rasa.engine.storage.resource import Resource
    from rasa.nlu.tokenizers.whitespace_tokenizer import WhitespaceTokenizer
    from rasa.shared.nlu.training_data.message import Message

    message = Message({"text": "my mother-in-law, again"})
    tokenizer = WhitespaceTokenizer(WhitespaceTokenizer.get_default_config())
    tokenizer.process([message])
    config = SentenceEncoderFeaturizer.get_default_config()
    context = ExecutionContext(GraphSchema({}), node_name="featurizer")
    component = SentenceEncoderFeaturizer.create(config, None, Resource("featurizer"), context)  # type: ignore[arg-type]
    component.process([message])
    sequence, sentence = message.get_dense_features("text")
    assert sequence.features.shape == (len(message.get("text_tokens")), 384)
    assert sentence.features.shape == (1, 384)
    assert (abs(sequence.features).sum(axis=1) > 0).all()


@pytest.mark.parametrize(
    ("component", "setting", "value"),
    [
        (SentenceEncoderFeaturizer, "threads", 0),
        (SentenceEncoderFeaturizer, "training_threads", "many"),
        (JointIntentClassifier, "scale", -1),
        (JointIntentClassifier, "components", 1.5),
    ],
)
def test_wrong_settings_are_named(component: type, setting: str, value: object) -> None:
    with pytest.raises(InvalidConfigException, match=setting):
        component.validate_config({setting: value})  # type: ignore[attr-defined]


def test_a_missing_encoder_is_a_clear_error(tmp_path: Path) -> None:
    config = write_project(tmp_path, pipeline(encoder=str(tmp_path / "nowhere")))
    with pytest.raises(Exception, match="make encoder"):
        train_nlu(str(config), str(tmp_path / "nlu.yml"), str(tmp_path / "models"))


def test_without_featurizer_it_is_refused(tmp_path: Path) -> None:
    config = write_project(tmp_path, pipeline()[::2])
    with pytest.raises(Exception, match="Featurizer"):
        train_nlu(str(config), str(tmp_path / "nlu.yml"), str(tmp_path / "models"))
