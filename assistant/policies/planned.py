"""What the policies of this project share: they plan the actions of a turn and predict them with certainty, or have no opinion."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Dict, List, Optional, Type, TypeVar

from rasa.core.policies.policy import Policy, PolicyPrediction, SupportedData
from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.domain import Domain
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.dialogue.conversation import Conversation
from assistant.dialogue.generator import read_conversation

P = TypeVar("P", bound="PlannedPolicy")


class PlannedPolicy(Policy):
    """A policy that reads the conversation and knows, or does not know, what comes next."""

    @staticmethod
    def supported_data() -> SupportedData:
        """Return the data such a policy may read in training: stories and rules."""
        return SupportedData.ML_AND_RULE_DATA

    @classmethod
    def create(
        cls: Type[P],
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> P:
        """Make the policy."""
        return cls(config, model_storage, resource, execution_context)

    def train(self, training_trackers: List[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """Learn nothing."""
        return self._resource

    @abstractmethod
    def next_action(self, tracker: DialogueStateTracker, domain: Domain, conversation: Conversation) -> Optional[str]:
        """Return the name of the action that comes next, or `None` for no opinion; `conversation` is the tracker's, read."""

    def predict(
        self, tracker: DialogueStateTracker, domain: Domain, conversation: Conversation
    ) -> Optional[PolicyPrediction]:
        """Return the next action with certainty, or `None` for no opinion."""
        following = self.next_action(tracker, domain, conversation)
        if following is None:
            return None
        probabilities = self._default_predictions(domain)
        probabilities[domain.index_for_action(following)] = 1.0
        return self._prediction(probabilities)

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: Optional[Dict[str, Any]] = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Return the next action with certainty, or no opinion (for Rasa's graph)."""
        certain = self.predict(tracker, domain, read_conversation(tracker))
        return self._prediction(self._default_predictions(domain)) if certain is None else certain
