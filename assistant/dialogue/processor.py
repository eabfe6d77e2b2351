"""Rasa's message processor, without what a reply can do without.

Rasa 3.6.21 builds a dask graph anew for each message and each action (a third of the time of a reply), and asks every policy even if one of higher
priority is certain. Here the nodes run one after the other in an order that is worked out once, and where one of this project's
policies is certain the others are not asked: Rasa's ensemble would choose its prediction anyway. `tests/dialogue/test_processor.py`
holds both against each other.
"""

from __future__ import annotations

import gc
import logging
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple, Union

import rasa.core.agent
import rasa.core.processor
from rasa.core.actions.action import Action, ActionBotResponse, ActionListen
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.core.policies.ensemble import DefaultPolicyPredictionEnsemble
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.engine.graph import GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.storage import ModelMetadata
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.dialogue.generator import read_conversation
from assistant.policies.planned import PlannedPolicy

logger = logging.getLogger(__name__)


class StraightGraphRunner(DaskGraphRunner):
    """Runs the nodes of a graph one after the other in this thread, as dask's synchronous scheduler does, without making a plan each time."""

    def run(self, inputs: Optional[Dict[str, Any]] = None, targets: Optional[List[str]] = None) -> Dict[str, Any]:
        """Run the graph (see the parent class)."""
        wanted = tuple(targets or self._graph_schema.target_names)
        results: Dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, needs in self._order(wanted):
            # A node takes the name of one that has no result, and says so.
            results[name] = self._instantiated_nodes[name](*(results.get(need, need) for need in needs))
        return dict(results[name] for name in wanted)

    @cache  # noqa: B019  (a runner lives as long as its model)
    def _order(self, targets: Tuple[str, ...]) -> List[Tuple[str, Tuple[str, ...]]]:
        """Return the nodes that targets need and what each takes, so that what is taken comes first."""
        schema: GraphSchema = self._graph_schema.minimal_graph_schema(list(targets))
        ordered: Dict[str, Tuple[str, ...]] = {}

        def add(name: str) -> None:
            if name in ordered or name not in schema.nodes:
                return
            needs = tuple(schema.nodes[name].needs.values())
            for need in needs:
                add(need)
            ordered[name] = needs

        for target in targets:
            add(target)
        return list(ordered.items())

    @cached_property
    def planned_policies(self) -> List[PlannedPolicy]:
        """This project's policies, that of the highest priority first."""
        parts = (node._component for node in self._instantiated_nodes.values())
        return sorted((part for part in parts if isinstance(part, PlannedPolicy)), key=lambda part: -part.priority)


YOUNG_OBJECTS = 20_000  # between two collections of garbage; Python's 700 are made several times in each reply
ONLY_READING = (ActionBotResponse, ActionListen)  # the first also for retrieval


class QuickProcessor(MessageProcessor):
    """Answers as Rasa's processor does, in less time."""

    graph_runner: StraightGraphRunner

    def __init__(self, *parts: Any, **named: Any) -> None:
        """Load the model, which stays: it is not searched for garbage again and again."""
        super().__init__(*parts, **named)
        gc.collect()
        gc.freeze()

    @staticmethod
    def _load_model(model_path: Union[str, Path]) -> Tuple[str, ModelMetadata, GraphRunner]:
        """Load a model as Rasa does, with the runner above."""
        usual = rasa.core.processor.DaskGraphRunner
        rasa.core.processor.DaskGraphRunner = StraightGraphRunner  # type: ignore[misc]
        try:
            return MessageProcessor._load_model(model_path)
        finally:
            rasa.core.processor.DaskGraphRunner = usual  # type: ignore[misc]

    def _predict_next_with_tracker(self, tracker: DialogueStateTracker) -> PolicyPrediction:
        """Ask this project's policies first; then, if none is certain or more is going on, the whole ensemble."""
        if tracker.followup_action or tracker.active_loop_name:
            return super()._predict_next_with_tracker(tracker)
        conversation = read_conversation(tracker)
        for policy in self.graph_runner.planned_policies:
            certain = policy.predict(tracker, self.domain, conversation)
            if certain is not None:
                return DefaultPolicyPredictionEnsemble().combine_predictions([certain], tracker, self.domain)
        return super()._predict_next_with_tracker(tracker)

    async def _run_action(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        """Run an action; those that only read the conversation need no copy of it, for which Rasa applies all its events anew."""
        if not isinstance(action, ONLY_READING):
            return await super()._run_action(action, tracker, output_channel, nlg, prediction)
        try:
            events = await action.run(output_channel, nlg, tracker, self.domain)
        except Exception:  # as in Rasa: what is to be said next is not held up
            logger.exception("The response %s failed.", action.name())
            events = []
        tracker.update_with_events(prediction.events, self.domain)
        tracker.update(action.event_for_successful_execution(prediction))
        tracker.update_with_events(events, self.domain)
        await self.execute_side_effects(events, tracker, output_channel)
        return self.should_predict_another_action(action.name())

    def _check_for_unseen_features(self, parse_data: Dict[str, Any]) -> None:
        """Check nothing: the intents are those of the model's own domain, and Rasa makes an empty domain for each check."""


def use() -> None:
    """Let Rasa's agent take this processor."""
    rasa.core.agent.MessageProcessor = QuickProcessor  # type: ignore[misc]
    gc.set_threshold(YOUNG_OBJECTS)
