"""Rasa policy: answers what depends on the conversation (choices, offers, several questions, misses).

Above RulePolicy. It acts only where `assistant.dialogue.plan` has a plan; everything else is left to the rules.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from rasa.core.policies.policy import Policy, PolicyPrediction, SupportedData
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.dialogue.generator import read_conversation
from assistant.dialogue.plan import plan

PRIORITY = 8  # RulePolicy has 6


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False)
class ConversationPolicy(Policy):
    """Predicts the planned actions of a turn one after the other, then listens."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the default settings."""
        return {"priority": PRIORITY}

    @staticmethod
    def supported_data() -> SupportedData:
        """Return the data this policy learns from; it learns nothing."""
        return SupportedData.ML_AND_RULE_DATA

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> ConversationPolicy:
        """Make the policy."""
        return cls(config, model_storage, resource, execution_context)

    def train(self, training_trackers: List[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """Learn nothing."""
        return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: Optional[Dict[str, Any]] = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Return the next planned action with certainty, or no opinion."""
        conversation = read_conversation(tracker)
        actions = plan(conversation)
        if actions is None or conversation.now is None:
            return self._prediction(self._default_predictions(domain))
        done = [name for name in conversation.now.actions if name != ACTION_LISTEN_NAME]
        following = actions[len(done)] if len(done) < len(actions) else ACTION_LISTEN_NAME
        probabilities = self._default_predictions(domain)
        probabilities[domain.index_for_action(following)] = 1.0
        return self._prediction(probabilities)
