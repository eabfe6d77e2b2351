"""Rasa policy: answers what depends on the conversation (choices, offers, several questions, misses), and plain rules.

Above RulePolicy. It acts where `assistant.dialogue.plan` has a plan, and where `data/rules/` has a rule of one message and its actions,
which it learns from there; all else (forms, rules with conditions) is left to RulePolicy.
"""

from __future__ import annotations

import json
from typing import Any, Dict, List, Optional

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME, RULE_SNIPPET_ACTION_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.dialogue.conversation import Conversation
from assistant.dialogue.plan import plan
from assistant.policies.planned import PlannedPolicy

PRIORITY = 8  # RulePolicy has 6
RULES_FILE = "plain_rules.json"
PlainRules = Dict[str, List[str]]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class ConversationPolicy(PlannedPolicy):
    """Predicts the planned actions of a turn one after the other, then listens."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the default settings."""
        return {"priority": PRIORITY}

    def __init__(
        self,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        rules: Optional[PlainRules] = None,
    ) -> None:
        super().__init__(config, model_storage, resource, execution_context)
        self._rules = rules or {}

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> ConversationPolicy:
        """Load the policy with the rules it learnt; with none, RulePolicy answers."""
        try:
            with model_storage.read_from(resource) as folder:
                rules = json.loads((folder / RULES_FILE).read_text(encoding="utf-8"))
        except (ValueError, FileNotFoundError):
            rules = None
        return cls(config, model_storage, resource, execution_context, rules)

    def train(self, training_trackers: List[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """Learn the plain rules."""
        self._rules = plain_rules(training_trackers)
        with self._model_storage.write_to(self._resource) as folder:
            (folder / RULES_FILE).write_text(json.dumps(self._rules), encoding="utf-8")
        return self._resource

    def next_action(self, tracker: DialogueStateTracker, domain: Domain, conversation: Conversation) -> Optional[str]:
        """Return the next action of the plan, or of the rule for the message's intent."""
        turn = conversation.now
        if turn is None:
            return None
        actions = plan(conversation)
        if actions is None and not tracker.active_loop_name:
            actions = self._rules.get((turn.parse.get("intent") or {}).get("name") or "")
        if actions is None:
            return None
        done = sum(name != ACTION_LISTEN_NAME for name in turn.actions)
        return actions[done] if done < len(actions) else ACTION_LISTEN_NAME


def plain_rules(trackers: List[TrackerWithCachedStates]) -> PlainRules:
    """Return the actions for each intent that has a rule of one message without conditions.

    A rule with a slot, a form, an entity or a second message is none of these; neither are two rules for one intent.
    """
    found: PlainRules = {}
    several = set()
    for tracker in trackers:
        if not tracker.is_rule_tracker:
            continue
        events = [
            event
            for event in tracker.events
            if not (
                isinstance(event, ActionExecuted)
                and event.action_name in (ACTION_LISTEN_NAME, RULE_SNIPPET_ACTION_NAME)
            )
        ]
        if not events or not isinstance(events[0], UserUttered) or events[0].entities or len(events) < 2:
            continue
        names = [event.action_name for event in events[1:] if isinstance(event, ActionExecuted) and event.action_name]
        intent = events[0].intent_name
        if not intent or len(names) != len(events) - 1:
            continue
        if intent in found:
            several.add(intent)
        found[intent] = names
    return {intent: names for intent, names in found.items() if intent not in several}
