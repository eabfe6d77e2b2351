"""Rasa policy: the safety conversation, above everything else.

It acts where `assistant.dialogue.safety` has a plan: from any state, also inside a form, which it leaves first (what was entered
stays in its slots) and takes up again when the person goes on. It needs no action server and no database.
"""

from __future__ import annotations

import logging
import os
from datetime import datetime, timezone
from typing import Any, Dict, Optional

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_DEACTIVATE_LOOP_NAME, ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.dialogue.conversation import Conversation, Turn
from assistant.dialogue.generator import country_of
from assistant.dialogue.plan import plan
from assistant.dialogue.safety import plan_safety, raised_now
from assistant.dialogue.safety_state import GO_ON, SAY, Safety
from assistant.policies.planned import PlannedPolicy
from assistant.safety.events import CrisisEvent
from assistant.safety.sender import record, start

logger = logging.getLogger(__name__)

PRIORITY = 100  # RulePolicy has 6, the conversation policy 8


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False)
class SafetyPolicy(PlannedPolicy):
    """Predicts the actions of the safety conversation one after the other, then listens."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the default settings."""
        return {"priority": PRIORITY}

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SafetyPolicy:
        """Make the policy of a running assistant; crisis events that wait from before a restart are sent now."""
        start()
        return cls(config, model_storage, resource, execution_context)

    def next_action(self, tracker: DialogueStateTracker, domain: Domain, conversation: Conversation) -> Optional[str]:
        """Return the next action of the safety conversation."""
        turn = conversation.now
        actions = plan_safety(conversation, plan(conversation)) if turn else None
        if actions is None or turn is None:
            return None
        if actions == [SAY + GO_ON]:
            left = loop_left(tracker)
            if left in domain.action_names_or_texts:
                actions = [str(left)]
        known = [name for name in actions if name in domain.action_names_or_texts]
        if known != actions:
            logger.error("There is no response %s; see data/crisis/replies.yml.", set(actions) - set(known))
        done = [name for name in turn.actions if name not in (ACTION_LISTEN_NAME, ACTION_DEACTIVATE_LOOP_NAME)]
        if not done:
            self._record(tracker, conversation, turn)
        if tracker.active_loop_name and tracker.active_loop_name not in known:
            return ACTION_DEACTIVATE_LOOP_NAME
        return known[len(done)] if len(done) < len(known) else ACTION_LISTEN_NAME

    @staticmethod
    def _record(tracker: DialogueStateTracker, conversation: Conversation, turn: Turn) -> None:
        """Queue a crisis event for staff: that danger was raised, never what was said."""
        kind = raised_now(turn, Safety.read(conversation))
        message = tracker.latest_message
        if kind and message is not None:
            moment = datetime.fromtimestamp(message.timestamp, timezone.utc)
            country = country_of(tracker, os.environ)
            record(
                CrisisEvent.of(
                    kind, tracker.sender_id, message.message_id or "", message.input_channel, country, moment
                )
            )


def loop_left(tracker: DialogueStateTracker) -> Optional[str]:
    """Return the form that the safety conversation left last, unless another was entered since."""
    deactivated = False
    for event in reversed(tracker.events):
        if isinstance(event, ActiveLoop):
            if event.name:
                return event.name if deactivated else None
        elif isinstance(event, ActionExecuted) and event.action_name == ACTION_DEACTIVATE_LOOP_NAME:
            deactivated = (event.policy or "").endswith(SafetyPolicy.__name__)
    return None
